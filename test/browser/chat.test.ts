import type { Locator, Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { demoInBrowser } from './demo-in-browser.ts';
import { answersIn, openBot, say, windowOf } from './demo-page.ts';

const ANSWER = { timeout: 60_000 };

describeWith('Chromium', 'the Feishu window', (chromium) => {
  const here = demoInBrowser(chromium);
  let page: Page;
  let desktop: Locator;

  beforeEach(async () => {
    await here.demo.reset();
    page = await here.open({ width: 1920, height: 1080, windows: ['desktop', 'phone'] });
    desktop = windowOf(page, '电脑');
  });

  async function openGroup(window: Locator): Promise<void> {
    await window.getByRole('button', { name: '产品讨论组' }).click();
    await window.getByRole('combobox', { name: '产品讨论组' }).waitFor();
  }

  /** Types an @, takes the first of the list, which is the bot, and writes on. */
  async function sayToBot(window: Locator, text: string, nth = 0): Promise<void> {
    const input = window.getByRole('combobox').nth(nth);
    await input.pressSequentially('@');
    await window.getByRole('option', { name: '公司助理' }).waitFor();
    await input.press('Enter');
    await input.pressSequentially(text);
    await input.press('Enter');
  }

  /** Where the platform delivers from now on, as its administrator sets it. */
  async function deliverTo(webhookUrl: string): Promise<string> {
    const [app] = (await (await fetch(`${here.demo.url}/sim/apps`)).json()) as { id: string; webhookUrl: string }[];
    await fetch(`${here.demo.url}/sim/apps/${app!.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ webhookUrl }),
    });
    return app!.webhookUrl;
  }

  /** Opens the menu behind a message's last button. */
  async function more(message: Locator, entry: string): Promise<void> {
    await message.hover();
    await message.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menuitem', { name: entry }).click();
  }

  it('opens on the chat with the bot, which says hello and offers questions', async () => {
    const welcome = answersIn(desktop).first();
    await welcome.getByText('你好，我是公司助理').waitFor(ANSWER);
    await welcome.getByRole('button', { name: '年假怎么申请？' }).click();
    await answersIn(desktop).last().getByText('申请年假只要三步').waitFor(ANSWER);
  });

  it('answers in a group whoever addressed the bot, and nobody else', async () => {
    await openGroup(desktop);
    await say(desktop, '大家早上好');
    await sayToBot(desktop, 'VPN 连不上怎么办？');
    await answersIn(desktop).last().getByText('先试这几步').waitFor(ANSWER);
    expect(await answersIn(desktop).count()).toBe(1);
    await desktop.getByText('@公司助理').first().waitFor();
  });

  it('lets two people sit side by side and sees what each of them writes', async () => {
    await openGroup(desktop);
    const phone = windowOf(page, '手机');
    await phone.getByRole('button', { name: /谁的窗口/ }).click();
    await page.getByRole('menuitem', { name: '陈宇' }).click();
    await openGroup(phone);
    await say(phone, '下午三点评审');
    await desktop.getByRole('article', { name: '陈宇' }).getByText('下午三点评审').waitFor();
    await desktop.getByRole('article', { name: '陈宇' }).hover();
    await desktop.getByRole('article', { name: '陈宇' }).getByRole('button', { name: '添加表情回复' }).click();
    await page.getByRole('menuitem', { name: '赞' }).click();
    await phone.getByRole('button', { name: /赞.*林晓/, pressed: false }).waitFor();
  });

  it('talks in a topic, beside the conversation', async () => {
    await openGroup(desktop);
    await say(desktop, '新版方案有什么意见？');
    const message = desktop.getByRole('article', { name: '林晓' });
    await message.hover();
    await message.getByRole('button', { name: '回复话题' }).click();
    const topic = desktop.getByRole('complementary', { name: '话题' });
    await sayToBot(topic, '年假怎么申请？');
    await answersIn(topic).getByText('申请年假只要三步').waitFor(ANSWER);
    await topic.getByRole('button', { name: '关闭话题' }).click();
    await desktop.getByRole('button', { name: '打开话题 · 2 条回复' }).waitFor();
    expect(await answersIn(desktop).count()).toBe(0);
  });

  it('recalls and edits what was written', async () => {
    await openGroup(desktop);
    await say(desktop, '写错了的话');
    const first = desktop.getByRole('article', { name: '林晓' }).first();
    await more(first, '编辑');
    await say(desktop, '改对了的话');
    await first.getByText('（已编辑）').waitFor();
    await first.getByText('改对了的话').waitFor();
    await more(first, '撤回');
    await desktop.getByText('你撤回了一条消息').waitFor();
    expect(await desktop.getByText('改对了的话').count()).toBe(0);
  });

  it('replies to a message and shows what it quotes', async () => {
    await openGroup(desktop);
    await say(desktop, '谁去开会？');
    const message = desktop.getByRole('article', { name: '林晓' });
    await message.hover();
    await message.getByRole('button', { name: '回复', exact: true }).click();
    await say(desktop, '我去');
    await desktop.getByText('回复 林晓: 谁去开会？').waitFor();
  });

  it('sends a picture of one’s own, a sample file and a voice', async () => {
    await openBot(desktop);
    const chooser = page.waitForEvent('filechooser');
    await desktop.getByRole('button', { name: '上传图片或文件' }).click();
    await page.getByRole('menuitem', { name: '从电脑选择…' }).click();
    await (await chooser).setFiles({
      name: '假期.png',
      mimeType: 'image/png',
      buffer: Buffer.from(ONE_PIXEL, 'base64'),
    });
    const own = desktop.getByRole('article', { name: '林晓' });
    await own.getByRole('button', { name: '查看大图: 假期.png' }).waitFor();
    await answersIn(desktop).last().getByRole('button', { name: '有用' }).waitFor(ANSWER);

    await desktop.getByRole('button', { name: '上传图片或文件' }).click();
    await page.getByRole('menuitem', { name: '季度小结.md' }).click();
    await own.getByRole('link', { name: '下载 季度小结.md' }).waitFor();

    await desktop.getByRole('button', { name: '语音', exact: true }).click();
    await own.getByRole('button', { name: /播放语音/ }).waitFor();
  });

  it('chooses from the bot’s menu', async () => {
    await openBot(desktop);
    const menu = desktop.getByRole('group', { name: '机器人菜单' });
    await menu.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menuitem', { name: '帮助' }).click();
    await answersIn(desktop).last().getByText('/new').waitFor(ANSWER);
  });

  it('rates an answer 👎, takes the rating back and has the question answered once more', async () => {
    await openBot(desktop);
    await say(desktop, '年假怎么申请？');
    const answers = answersIn(desktop).filter({ hasText: '申请年假只要三步' });
    const first = answers.first();
    const rated = first.getByRole('button', { name: '已评为没帮助' });
    await first.getByRole('button', { name: '没帮助' }).click(ANSWER);
    await rated.waitFor(ANSWER);
    await rated.click();
    await rated.waitFor({ state: 'detached', ...ANSWER });

    await first.getByRole('button', { name: '重新生成' }).click();
    const second = answers.nth(1);
    await second.getByRole('button', { name: '重新生成' }).waitFor(ANSWER);
    await first.getByRole('button', { name: '没帮助' }).waitFor();
    expect(await rated.count()).toBe(0);
    expect(await answers.count()).toBe(2);
    expect(await desktop.getByRole('article', { name: '林晓' }).count()).toBe(1);
  });

  it('makes a group with the bot in it', async () => {
    await desktop.getByRole('button', { name: '创建群组' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: '群名称' }).fill('年会筹备');
    await dialog.getByRole('button', { name: '确定' }).click();
    await desktop.getByRole('combobox', { name: '年会筹备' }).waitFor();
    await sayToBot(desktop, '你好');
    await answersIn(desktop).last().getByText('很高兴见到你').waitFor(ANSWER);
  });

  it('shows the platform’s own error when nobody answers a press', async () => {
    await openBot(desktop);
    await say(desktop, '年假怎么申请？');
    const up = answersIn(desktop).last().getByRole('button', { name: '有用' });
    await up.waitFor(ANSWER);
    const before = await deliverTo('http://127.0.0.1:1/nobody');
    await up.click();
    await desktop
      .getByRole('status')
      .getByText(/错误码 20034\d/)
      .waitFor();
    await deliverTo(before);
  });
});

const ONE_PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
