import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWith } from '../support/requirements.ts';
import { demoInBrowser } from './demo-in-browser.ts';
import { say } from './demo-page.ts';
import { looksOf } from './looks.ts';

const ANSWER = { timeout: 60_000 };

describeWith('Chromium', 'WeCom’s windows', (chromium) => {
  const here = demoInBrowser(chromium);
  let page: Page;

  async function open(windows: readonly string[], look: Parameters<typeof here.open>[0] = {}): Promise<void> {
    page = await here.open({ windows, ...look });
  }
  const employee = (): Locator => page.getByRole('region', { name: /^(?:企业微信|WeCom) · (?:林晓|Lin Xiao)/ });
  const customer = (): Locator => page.getByRole('region', { name: /^(?:微信|WeChat) · / });
  const desk = (): Locator => page.getByRole('region', { name: /^(?:企业微信 · 客服|WeCom · service) · / });

  it('answer in the app’s chat, below it a card to rate it, and by the app’s menu', async () => {
    await open(['wecom']);
    const answers = employee().getByRole('article', { name: '公司助理' });
    await employee().getByRole('combobox', { name: '公司助理' }).waitFor();
    await say(employee(), '年假怎么申请？');
    await answers.getByText('申请年假只要三步').waitFor(ANSWER);
    await answers.getByRole('button', { name: '有用' }).click(ANSWER);
    // The card comes anew with the pressed button filled, or with words of thanks in the buttons' place.
    await answers.locator('.wt-button:is([data-style="1"], [data-style="done"])').waitFor(ANSWER);

    // Questions to ask next come in a message of their own, before the help or behind it.
    const help = answers.filter({ hasText: '/new' });
    expect(await help.count()).toBe(0);
    const menu = employee().getByRole('group', { name: '机器人菜单' });
    await menu.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menuitem', { name: '帮助' }).click();
    await help.waitFor(ANSWER);
  });

  it('stream in the AI bot’s chat, fold thoughts away, and have the client’s own thumbs', async () => {
    await open(['wecom']);
    await employee().getByRole('button', { name: 'AI 助理' }).click();
    await employee().getByRole('combobox', { name: 'AI 助理' }).waitFor();
    await say(employee(), '请一步一步思考：怎样安排一次团建？');
    const answer = employee()
      .getByRole('article', { name: 'AI 助理' })
      .filter({ has: page.getByRole('button', { name: '思考过程' }) });
    await answer.getByRole('button', { name: '回答准确' }).click(ANSWER);
    await employee().getByRole('status').getByText('感谢反馈').waitFor(ANSWER);
    await answer.getByRole('button', { name: '回答准确', pressed: true }).waitFor(ANSWER);
    await expect
      .poll(async () => (await wireTitles()).filter((title) => title.includes('反馈')), ANSWER)
      .not.toEqual([]);
    expect((await wireTitles()).filter((title) => title.includes('aibot_respond_msg')).length).toBeGreaterThan(1);

    const thought = answer.getByRole('button', { name: '思考过程', expanded: false });
    const before = await answer.innerText();
    await thought.click();
    await answer.getByRole('button', { name: '思考过程', expanded: true }).waitFor();
    expect((await answer.innerText()).length).toBeGreaterThan(before.length);
  });

  it('show in a group what its robot pushes: words, and several articles', async () => {
    const { apps } = (await (await fetch(`${here.demo.url}/sim/state`)).json()) as {
      apps: { surface?: string; platform: string; credentials: { key?: string } }[];
    };
    const robot = apps.find(({ platform, surface }) => platform === 'wecom' && surface === 'robot');
    const push = async (body: object): Promise<unknown> => {
      const url = `${here.demo.url}/cgi-bin/webhook/send?key=${robot?.credentials.key ?? ''}`;
      return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json();
    };
    await open(['wecom']);
    await employee().getByRole('button', { name: '产品讨论组' }).click();
    expect(await push({ msgtype: 'markdown', markdown: { content: '**磁盘**已用 91%' } })).toMatchObject({
      errcode: 0,
    });
    const pushed = employee().getByRole('article', { name: '告警机器人' });
    await pushed.getByText('已用 91%').waitFor(ANSWER);
    const articles = [1, 2].map((n) => ({ title: `周报第 ${n} 条`, url: `https://example.org/${n}` }));
    expect(await push({ msgtype: 'news', news: { articles } })).toMatchObject({ errcode: 0 });
    await pushed.getByText('周报第 2 条').waitFor(ANSWER);
    // It only speaks: nobody finds it among those to talk to.
    expect(await employee().getByRole('button', { name: '告警机器人' }).count()).toBe(0);
  });

  it('hand a customer over to a person, are quiet while she serves, and answer again when she has ended', async () => {
    await here.demo.beginAnew();
    await open(['wechat', 'servicer']);
    await desk().getByText('还没有客户来咨询').waitFor();
    await customer().getByRole('button', { name: '在线客服' }).click();
    await customer().getByRole('article', { name: '在线客服' }).first().waitFor(ANSWER);
    await say(customer(), 'VPN 连不上怎么办？');
    await customer().getByText('先试这几步').first().waitFor(ANSWER);
    await desk().getByText('机器人正在接待').waitFor(ANSWER);

    await say(customer(), '转人工');
    await customer().getByText('王敏 正在为你服务').waitFor(ANSWER);
    await desk().getByText('由你接待').waitFor(ANSWER);
    await desk().getByRole('article', { name: '在线客服' }).getByText('先试这几步').first().waitFor();
    await customer().getByRole('article', { name: '在线客服' }).getByText('已为你转接人工客服').waitFor(ANSWER);

    await say(customer(), '还在吗？');
    await desk().getByRole('article', { name: '赵一帆' }).getByText('还在吗？').waitFor(ANSWER);
    await say(desk(), '您好，我是王敏，帮您看一下。');
    await customer().getByRole('article', { name: '王敏' }).getByText('帮您看一下').waitFor(ANSWER);
    await desk().getByRole('button', { name: '结束会话' }).click();
    await desk().getByText('会话已结束').waitFor(ANSWER);

    await say(customer(), '年假怎么申请？');
    await customer().getByRole('article', { name: '在线客服' }).getByText('申请年假只要三步').first().waitFor(ANSWER);
    const said = await customer().getByRole('article').allInnerTexts();
    const asked = said.findIndex((text) => text.includes('还在吗？'));
    // Nobody but the person has answered what was asked of her.
    expect(said[asked + 1]).toContain('帮您看一下');
  });

  it('let a customer press what a menu offers', async () => {
    await here.demo.beginAnew();
    await open(['wechat']);
    await customer().getByRole('button', { name: '在线客服' }).click();
    await customer().getByRole('combobox', { name: '在线客服' }).waitFor();
    await say(customer(), '出差住宿的报销标准是多少？');
    const entry = customer().getByRole('article', { name: '在线客服' }).getByRole('button', { name: '有用' });
    await entry.last().click(ANSWER);
    await customer().getByRole('article', { name: '赵一帆' }).last().getByText('有用').waitFor(ANSWER);
  });

  it.each([
    { width: 1920, height: 1080, lang: 'zh', theme: 'light' },
    { width: 1280, height: 800, lang: 'en', theme: 'dark' },
    { width: 390, height: 844, lang: 'zh', theme: 'dark' },
  ] as const)('are whole, readable and named at $width px, $theme, $lang', async (look) => {
    await open(['wechat', 'servicer', 'wecom'], look);
    await customer().getByRole('button', { name: '在线客服' }).click();
    await customer().getByRole('article').first().waitFor(ANSWER);
    await expectGoodLooks();
    if (look.width > 390) return;
    // One at a time: the other two are behind it.
    const panes = page.getByRole('navigation', { name: '窗口' });
    for (const [name, window] of [
      ['客服', desk()],
      ['企业微信', employee()],
    ] as const) {
      await panes.getByText(name, { exact: true }).click();
      await window.getByRole('navigation').getByRole('button').first().click();
      await window.getByRole('article').first().waitFor(ANSWER);
      await expectGoodLooks();
    }
  });

  async function expectGoodLooks(): Promise<void> {
    const looks = looksOf(page);
    expect(await looks.stickingOut()).toEqual([]);
    expect(await looks.cutTexts()).toEqual([]);
    expect(await looks.paleTexts()).toEqual([]);
    expect(await looks.namelessControls()).toEqual([]);
  }

  async function wireTitles(): Promise<string[]> {
    const entries = (await (await fetch(`${here.demo.url}/sim/wire?limit=400`)).json()) as { title: { zh: string } }[];
    return entries.map(({ title }) => title.zh);
  }
});
