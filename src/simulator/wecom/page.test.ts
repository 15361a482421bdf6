import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallbackServer, startCallbacks } from '../../../test/support/wecom-callbacks.ts';
import { SIM_PATHS, type SimAction, type SimActionResult, type SimEvent, type SimWecomAction } from '../contract.ts';
import { BUTTON_CARD, startWecom, type TestWecom } from './test-vendor.ts';

const KEYS = { token: 'callbackToken', encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8' };

let vendor: TestWecom;
let callbacks: CallbackServer;

beforeEach(async () => {
  callbacks = await startCallbacks({ ...KEYS, as: 'json' });
  const target = { ...KEYS, webhookUrl: callbacks.url };
  vendor = await startWecom({
    apps: [target],
    bots: [{ ...target, mode: 'webhook' }],
    kf: target,
    groups: [{ name: 'Team', people: ['lin', 'chen'], robots: ['Monitor'] }],
  });
});

afterEach(async () => {
  await vendor.close();
  await callbacks.close();
});

type Wanted = SimAction | SimWecomAction;

async function act(action: Wanted): Promise<SimActionResult> {
  const init = { method: 'POST', body: JSON.stringify(action) };
  return (await (await fetch(vendor.sim.url + SIM_PATHS.actions, init)).json()) as SimActionResult;
}

const enter = async (person: string, app: string): Promise<string> => {
  const done = await act({ platform: 'wecom', type: 'enter', person, app });
  return done.ok ? (done.chat ?? '') : '';
};

describe('the page’s view of WeCom', () => {
  it('has every app, bot, account and robot with what a gateway needs to be told', () => {
    const { apps, people } = vendor.sim.snapshot();
    const ours = apps.filter(({ platform }) => platform === 'wecom');
    expect(ours.map(({ surface }) => surface)).toEqual(['app', 'bot', 'kf', 'robot']);
    const names = ours.flatMap(({ env }) => Object.keys(env));
    expect(names).toEqual([
      'WECOM_CORP_ID',
      'WECOM_AGENT_ID',
      'WECOM_SECRET',
      'WECOM_TOKEN',
      'WECOM_ENCODING_AES_KEY',
      'WECOM_BOT_ID',
      'WECOM_BOT_MODE',
      'WECOM_BOT_TOKEN',
      'WECOM_BOT_ENCODING_AES_KEY',
      'WECOM_KF_SECRET',
      'WECOM_KF_TOKEN',
      'WECOM_KF_ENCODING_AES_KEY',
    ]);
    const account = (id: string) => people.find((person) => person.id === id)?.accounts.wecom?.ids;
    expect([account('lin'), account('zhao')]).toEqual([
      { userid: 'lin.xiao' },
      { external_userid: vendor.wecom.externalId('zhao') },
    ]);
  });

  it('shows nothing of a company that has nothing there', async () => {
    const { startSimulator } = await import('../server.ts');
    const sim = await startSimulator({ dify: false });
    const { apps, chats, people } = sim.snapshot();
    await sim.close();
    expect([...apps, ...chats].filter(({ platform }) => platform === 'wecom')).toEqual([]);
    expect(people.filter(({ accounts }) => accounts.wecom !== undefined)).toEqual([]);
  });

  it('tells live of what is written, streamed and pressed', async () => {
    const events: SimEvent[] = [];
    const frames = [false, true];
    callbacks.answer = ({ json }) => {
      if (json?.msgtype === 'event') return undefined;
      const finish = frames.shift() ?? true;
      return JSON.stringify({ msgtype: 'stream', stream: { id: 's', finish, content: finish ? 'Done' : 'Do' } });
    };
    const controller = new AbortController();
    const response = await fetch(vendor.sim.url + SIM_PATHS.events, { signal: controller.signal });
    void (async () => {
      for await (const piece of response.body ?? []) {
        for (const line of Buffer.from(piece).toString().split('\n')) {
          if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as SimEvent);
        }
      }
    })().catch(() => undefined);
    const chat = await enter('lin', vendor.wecom.bot.id);
    const said = await act({ platform: 'wecom', type: 'send-text', person: 'lin', chat, text: 'hi' });
    expect(said).toMatchObject({ ok: true, chat });
    await expect
      .poll(async () => {
        await vendor.clock.advance(1000);
        return events.flatMap((event) => (event.type === 'message-changed' ? [event.message.content] : []));
      })
      .toContainEqual({ kind: 'markdown', text: 'Done', streaming: false });
    controller.abort();
    expect(events.some(({ type }) => type === 'chat-added')).toBe(true);
  });
});

describe('the page’s hands in WeCom', () => {
  it('write, send and press in the windows of employees', async () => {
    const chat = await enter('lin', vendor.wecom.app.id);
    const base = { platform: 'wecom', person: 'lin', chat } as const;
    for (const action of [
      { ...base, type: 'send-image', resource: 'sample-picture' },
      { ...base, type: 'send-audio', resource: 'sample-voice', durationMs: 2000 },
      { ...base, type: 'send-location', latitude: 1, longitude: 2, label: 'here' },
      { ...base, type: 'send-link', title: 'Docs', url: 'https://example.org' },
    ] as const) {
      expect(await act(action)).toMatchObject({ ok: true });
    }
    expect(await act({ ...base, type: 'menu', app: vendor.wecom.app.id, key: 'help' })).toMatchObject({ ok: true });
    await vendor.send({ msgtype: 'template_card', template_card: BUTTON_CARD });
    const [card] = vendor.wecom.messageViews(chat, 1);
    const press = { ...base, type: 'press', message: card?.id ?? '', tag: 'button', value: 'approve' } as const;
    expect(await act(press)).toMatchObject({ ok: true, status: 200 });
    await expect.poll(() => callbacks.received.at(-1)?.plain).toContain('template_card_event');
    const kinds = vendor.wecom.messageViews(chat, 10).map(({ content }) => content.kind);
    expect(kinds).toEqual(['image', 'audio', 'other', 'other', 'card']);
  });

  it('serve customers in the windows of a customer and a servicer', async () => {
    const account = vendor.wecom.kfAccount.id;
    const chat = await enter('zhao', account);
    await act({ platform: 'wecom', type: 'send-text', person: 'zhao', chat, text: 'a person, please' });
    const body = { open_kfid: account, external_userid: vendor.wecom.externalId('zhao'), service_state: 2 };
    await vendor.call('kf/service_state/trans', body);
    const serve = { platform: 'wecom', type: 'serve', person: 'wang', customer: 'zhao' } as const;
    expect(await act({ ...serve, act: 'pick' })).toMatchObject({ ok: true });
    const said = { platform: 'wecom', type: 'send-text', person: 'wang', chat, text: 'here I am' } as const;
    expect(await act(said)).toMatchObject({ ok: true });
    expect(await act({ ...serve, act: 'end' })).toMatchObject({ ok: true });
    expect(vendor.wecom.chatViews().find(({ id }) => id === chat)?.service).toEqual({ state: 4 });
    expect(await act({ platform: 'wecom', type: 'duty', person: 'chen', onDuty: false })).toMatchObject({ ok: true });
    const servicers = vendor.wecom.appViews().find(({ surface }) => surface === 'kf')?.servicers;
    expect(servicers).toContainEqual({ person: 'chen', onDuty: false });
  });

  it('press an entry of a menu, which says its words and tells its id', async () => {
    const account = vendor.wecom.kfAccount.id;
    const chat = await enter('zhao', account);
    await act({ platform: 'wecom', type: 'send-text', person: 'zhao', chat, text: 'hi' });
    const click = { type: 'click', click: { id: 'ph_1', content: 'A person, please' } };
    const list = [{ type: 'text', text: { content: 'or' } }, click];
    const menu = { touser: vendor.wecom.externalId('zhao'), open_kfid: account, msgtype: 'msgmenu' };
    await vendor.call('kf/send_msg', { ...menu, msgmenu: { head_content: 'Was it helpful?', list } });
    const sent = vendor.wecom.messageViews(chat, 1)[0]?.id ?? '';
    const choose = { platform: 'wecom', type: 'choose', person: 'zhao', message: sent } as const;
    expect(await act({ ...choose, item: 1 })).toMatchObject({ ok: true, chat });
    expect(vendor.wecom.messageViews(chat, 1)[0]?.content).toMatchObject({ kind: 'text', text: 'A person, please' });
    const pulled = await vendor.call('kf/sync_msg', { open_kfid: account });
    expect(JSON.stringify(pulled)).toContain('"menu_id":"ph_1"');
    expect(await act({ ...choose, item: 0 })).toMatchObject({ error: { code: 'impossible' } });
  });

  it('change an app, check its address, and start anew', async () => {
    const { id } = vendor.wecom.app;
    const patch = { method: 'PATCH', body: JSON.stringify({ webhookUrl: 'http://127.0.0.1:9/none' }) };
    expect((await fetch(vendor.sim.url + SIM_PATHS.app(id), patch)).status).toBe(200);
    expect(await vendor.wecom.checkApp(id)).toMatchObject({ ok: false });
    await vendor.wecom.say({ from: 'lin', to: vendor.wecom.bot.id, text: 'hi' }).delivered;
    await vendor.wecom.kf.duty('chen', false);
    vendor.sim.reset();
    expect(vendor.wecom.kfAccount.servicers.get('chen')).toEqual({ onDuty: true });
    expect(vendor.wecom.chatViews().map(({ kind }) => kind)).toEqual(['group']);
    expect([vendor.wecom.record.deliveries, vendor.wecom.robots.length]).toEqual([[], 1]);
  });
});
