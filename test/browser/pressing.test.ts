import type { Locator, Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { demoInBrowser } from './demo-in-browser.ts';
import { answersIn, say } from './demo-page.ts';
import { looksOf } from './looks.ts';

const ANSWER = { timeout: 60_000 };
/** So far does an answer grow that whoever lets go where she has pressed is no longer on her button, in pixels. */
const MORE_THAN_A_BUTTON = 20;

/** A window of each platform, whom one talks to there, and her buttons below an answer. */
const CLIENTS = [
  { seat: 'desktop', platform: '飞书', bot: '公司助理', good: '有用', rated: { name: '已评为有用' } },
  { seat: 'wecom', platform: '企业微信', bot: 'AI 助理', good: '回答准确', rated: { name: '回答准确', pressed: true } },
  { seat: 'dingtalk', platform: '钉钉', bot: '公司助理', good: '有用', rated: { name: '已评为有用' } },
] as const;

describeWith('Chromium', 'whoever is slow', (chromium) => {
  const here = demoInBrowser(chromium);
  let page: Page;

  beforeEach(async () => {
    await here.demo.reset();
  });

  async function sitAt({ seat, platform, bot }: (typeof CLIENTS)[number]): Promise<Locator> {
    page = await here.open({ windows: [seat], height: 1_400 });
    const window = page.getByRole('region', { name: new RegExp(`^${platform} · `) });
    await window.getByRole('button', { name: bot }).first().click();
    await window.getByRole('combobox', { name: bot }).waitFor();
    // An agent that has forgotten a dialogue is told of it, and would count on.
    await say(window, '/新对话');
    await answersOf(window, bot).getByText('已开始新对话').waitFor(ANSWER);
    return window;
  }

  function answersOf(window: Locator, bot: string): Locator {
    return window.getByRole('article', { name: bot });
  }

  /** Presses the mouse on a button, and lets go there when `happened`. */
  async function pressUntil(button: Locator, happened: () => Promise<unknown>): Promise<void> {
    await pressDown(button);
    await happened();
    await page.mouse.up();
  }

  /** What is aimed at may move away before the press; then nothing is pressed, and it is tried again. */
  async function pressDown(button: Locator): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      await button.hover({ force: true });
      await page.mouse.down();
      if (await button.evaluate((element) => element.matches(':active'))) return;
      await page.mouse.move(0, 0);
      await page.mouse.up();
      expect(tries).toBeLessThan(10);
    }
  }

  it.each(CLIENTS)(
    'presses what she meant on $platform, though an answer has grown below it meanwhile',
    async (client) => {
      const window = await sitAt(client);
      const answers = answersOf(window, client.bot);
      await say(window, '年假怎么申请？');
      const first = answers.filter({ hasText: '申请年假只要三步' });
      const good = first.getByRole('button', { name: client.good });
      await good.waitFor(ANSWER);
      await say(window, '从 1 数到 60');
      const growing = answers.filter({ hasText: '1、2、3、4' });
      await growing.waitFor(ANSWER);
      const height = async () => (await growing.boundingBox())?.height ?? 0;
      const before = await height();
      await pressUntil(good, () => expect.poll(height, ANSWER).toBeGreaterThan(before + MORE_THAN_A_BUTTON));
      await first.getByRole('button', client.rated).waitFor(ANSWER);
      // Afterwards the end is in sight again
      const log = window.getByRole('log');
      await expect
        .poll(
          () => log.evaluate(({ parentElement: box }) => box!.scrollHeight - box!.scrollTop - box!.clientHeight),
          ANSWER,
        )
        .toBeLessThan(48);
    },
  );

  it('presses what she meant, though questions to ask next have come to the card meanwhile', async () => {
    const window = await sitAt(CLIENTS[0]);
    await say(window, '年假怎么申请？');
    const answer = answersIn(window).filter({ hasText: '申请年假只要三步' });
    const bad = answer.getByRole('button', { name: '没帮助' });
    await bad.waitFor(ANSWER);
    await pressUntil(bad, () => answer.getByRole('button', { name: '整理成表格' }).waitFor(ANSWER));
    await answer.getByRole('button', { name: '已评为没帮助' }).waitFor(ANSWER);
  });

  it('presses the row of the wire log that she meant, though more have come', async () => {
    const window = await sitAt(CLIENTS[0]);
    await say(window, '给我完整手册');
    await answersIn(window).filter({ hasText: '第 1 章' }).waitFor(ANSWER);
    const rows = page.getByRole('list', { name: '请求记录' }).getByRole('button');
    const count = await rows.count();
    const row = rows.nth(count - 2);
    const path = await row.locator('.wire-path').innerText();
    await pressUntil(row, () => expect.poll(() => rows.count(), ANSWER).toBeGreaterThan(count + 4));
    await page.getByRole('dialog').getByText(path).first().waitFor(ANSWER);
  });

  it('has the keyboard where she left it: on a button that stays, else at the message that lost its own', async () => {
    const window = await sitAt(CLIENTS[0]);
    await say(window, '年假怎么申请？');
    const answer = answersIn(window).filter({ hasText: '申请年假只要三步' });
    await answer.getByRole('button', { name: '没帮助' }).focus(ANSWER);
    await answer.getByRole('button', { name: '整理成表格' }).waitFor(ANSWER);
    await page.keyboard.press('Enter');
    // The card may say so before the press is answered, and until then the button takes no other.
    const rated = answer.getByRole('button', { name: '已评为没帮助' });
    await rated.and(page.locator('[aria-busy="false"]')).waitFor(ANSWER);
    await page.keyboard.press('Enter');
    await rated.waitFor({ state: 'detached', ...ANSWER });

    await say(window, '从 1 数到 30');
    const counted = answersIn(window).filter({ hasText: '1、2、3、4' });
    await counted.getByRole('button', { name: '停止' }).press('Enter', ANSWER);
    await counted.getByText('已停止', { exact: true }).waitFor(ANSWER);
    await counted.and(page.locator(':focus')).waitFor(ANSWER);
    await page.keyboard.press('Tab');
    await counted.locator(':focus').waitFor();
  });

  it.each(CLIENTS)(
    'keeps what she has marked on $platform while the answer grows, and when it ends',
    async (client) => {
      const window = await sitAt(client);
      await say(window, '从 1 数到 20');
      const words = answersOf(window, client.bot).getByText('1、2、3、4', { exact: false }).last();
      await words.waitFor(ANSWER);
      const looks = looksOf(page);
      await looks.mark('2、3、4');
      expect(await looks.marked()).toBe('2、3、4');
      await answersOf(window, client.bot).getByRole('button', { name: client.good }).waitFor(ANSWER);
      expect(await looks.marked()).toBe('2、3、4');
    },
  );
});
