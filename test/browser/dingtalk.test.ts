import type { Locator, Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { demoInBrowser } from './demo-in-browser.ts';
import { answersIn, openBot, say } from './demo-page.ts';
import { askForLeave, notify } from './dingtalk-calls.ts';
import { looksOf } from './looks.ts';

/** An answer is there in a few seconds; on a machine that does much else, in some more. */
const ANSWER = { timeout: 60_000 };

describeWith('Chromium', 'the DingTalk window', (chromium) => {
  const here = demoInBrowser(chromium);
  let page: Page;
  let window: Locator;

  beforeEach(async () => {
    await here.demo.reset();
  });

  async function open(look: Parameters<typeof here.open>[0] = {}): Promise<void> {
    page = await here.open({ windows: ['dingtalk'], ...look });
    window = page.getByRole('region', { name: /(?:钉钉|DingTalk) · (?:电脑|computer)/ });
    await window.getByRole('navigation', { name: /会话|Chats/ }).waitFor(ANSWER);
  }

  async function openChat(name: string): Promise<void> {
    const called = page.getByText(name, { exact: true });
    await window.getByRole('navigation').getByRole('listitem').filter({ has: called }).getByRole('button').click();
  }

  async function sitDown(name: string): Promise<void> {
    await window.getByRole('button', { name: /谁的窗口/ }).click();
    await page.getByRole('menuitem', { name }).click();
    await window.getByRole('button', { name: `谁的窗口: ${name}` }).waitFor();
  }

  it('streams an answer into a card, ends it with buttons, thanks whoever presses one, and counts the calls', async () => {
    await open();
    await openBot(window);
    const calls = window.getByRole('region', { name: '本月额度' }).getByRole('meter', { name: '本月调用' });
    const before = Number(await calls.getAttribute('value'));
    await say(window, '从 1 数到 30');
    const answer = answersIn(window).last();
    await answer.getByText('输出中').waitFor(ANSWER);
    await answer.getByText('29、30').waitFor(ANSWER);
    await answer.getByText('输出中').waitFor({ state: 'detached', timeout: ANSWER.timeout });

    await answer.getByRole('button', { name: '有用' }).click();
    await answer.getByRole('button', { name: '已评为有用' }).waitFor(ANSWER);
    await answer.getByRole('status').waitFor(ANSWER);
    await window.getByText('已读').waitFor();
    expect(Number(await calls.getAttribute('value'))).toBeGreaterThan(before + 5);
  });

  it('answers in a group whoever called the bot, by her name', async () => {
    await open();
    await openChat('产品讨论组');
    const input = window.getByRole('combobox', { name: '产品讨论组' });
    await input.pressSequentially('@');
    await window.getByRole('option', { name: '公司助理' }).waitFor();
    await input.press('Enter');
    await input.pressSequentially('年假怎么申请？');
    await input.press('Enter');
    await window.getByRole('article', { name: '林晓' }).getByText('@公司助理').waitFor();
    const answer = answersIn(window).last();
    await answer.getByText('申请年假只要三步').waitFor(ANSWER);
    await answer.getByText('@林晓').waitFor();
    // What is not whole yet would go on after the reset.
    await answer.getByRole('button', { name: '有用' }).waitFor(ANSWER);
  });

  it('lets a manager approve with a remark, and whoever asked sees it', async () => {
    await askForLeave(here.demo.url, '回老家探亲');
    await open();
    await sitDown('王敏');
    await openChat('审批');
    const approval = window.getByRole('region', { name: '林晓提交的请假' });
    await approval.getByText('回老家探亲').waitFor(ANSWER);
    await approval.getByText('等待我处理').waitFor();
    await approval.getByRole('textbox', { name: '填写审批意见（选填）' }).fill('注意安全');
    await approval.getByRole('button', { name: '同意' }).click();
    await approval.getByText('等待我处理').waitFor({ state: 'detached', timeout: ANSWER.timeout });
    await approval.getByRole('button', { name: '同意' }).waitFor({ state: 'detached' });

    await sitDown('林晓');
    await openChat('审批');
    await approval.getByText('审批通过').waitFor(ANSWER);
    await approval.getByRole('list', { name: '审批流程' }).getByText('注意安全').waitFor();
  });

  it('lets one ask for an approval, and take it back', async () => {
    await open();
    await window.getByRole('button', { name: '发起审批' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: '天数' }).fill('2');
    await form.getByRole('combobox', { name: '请假类型' }).click();
    await page.getByTitle('年假').click();
    await form.getByRole('button', { name: '提交' }).click();
    const approval = window.getByRole('region', { name: '林晓提交的请假' });
    await approval.getByRole('button', { name: '撤销' }).click();
    await approval.getByText('已撤销').first().waitFor(ANSWER);
    await approval.getByRole('button').waitFor({ state: 'detached' });
  });

  it.each([
    { width: 390, height: 844, theme: 'light', lang: 'zh' },
    { width: 390, height: 844, theme: 'dark', lang: 'en' },
    { width: 1280, height: 800, theme: 'light', lang: 'en' },
    { width: 1920, height: 1080, theme: 'dark', lang: 'zh' },
  ] as const)('at $width px, $theme, $lang: whole, readable, with a name for every control', async (look) => {
    await notify(here.demo.url);
    await askForLeave(here.demo.url, '探亲');
    await open(look);
    const [notices, approvals] = look.lang === 'zh' ? ['工作通知', '审批'] : ['Work notifications', 'Approvals'];
    for (const [chat, shown] of [
      [notices, '查看报告'],
      [approvals, '探亲'],
    ] as const) {
      await openChat(chat);
      await window.getByRole('log').getByText(shown).first().waitFor(ANSWER);
      const looks = looksOf(page);
      expect(await looks.stickingOut()).toEqual([]);
      expect(await looks.cutTexts()).toEqual([]);
      expect(await looks.paleTexts()).toEqual([]);
      expect(await looks.namelessControls()).toEqual([]);
      if (look.width === 390) await window.getByRole('button', { name: /返回|Back/ }).click();
    }
  });
});
