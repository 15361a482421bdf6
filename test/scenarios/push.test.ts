import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError, toGatewayError } from '../../src/core/errors.ts';
import { id, type PersonId } from '../../src/core/ids.ts';
import type { PushTo } from '../../src/core/push.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { PushRequest } from '../../src/pipeline/index.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { PaperPusher } from '../support/paper-pusher.ts';

const PAPER = id<PaperPusher['channel']>('paper');
const user = (name: string): PushTo => ({ kind: 'user', channel: PAPER, id: name });
const DAY_MS = 24 * 60 * 60_000;

let gateway: TestGateway;
let pusher: PaperPusher;
afterEach(() => gateway.close());

async function start(options: TestGatewayOptions = {}): Promise<void> {
  pusher = new PaperPusher();
  gateway = await startGateway({ pusher, ...options });
}

const push = (key: string, more: Partial<PushRequest> = {}) =>
  gateway.pipeline.pushes.push({
    key,
    to: [user('lin')],
    content: { kind: 'text', text: 'disk full' },
    lang: 'en',
    ...more,
  });
const refusal = (pushing: Promise<unknown>): Promise<string> =>
  pushing.then(
    () => 'none',
    (error: unknown) => toGatewayError(error).code,
  );
const states = async (key: string) =>
  (await gateway.pipeline.pushes.find(key))?.parts.map(({ receiver, state, code }) => [receiver, state, code]);

describe('a push', () => {
  it('is stored when it is accepted, sent, and told of by the key its caller gave', async () => {
    await start();
    const accepted = await push('alarm-1', { to: [user('lin'), user('chen')] });
    expect(accepted).toMatchObject({ duplicate: false, key: 'alarm-1' });
    expect(accepted.parts).toHaveLength(2);
    await gateway.quiet();
    expect(pusher.said.toSorted()).toEqual(['message user chen: disk full', 'message user lin: disk full']);
    expect(await states('alarm-1')).toEqual([
      ['chen', 'sent', undefined],
      ['lin', 'sent', undefined],
    ]);
    expect(await gateway.pipeline.pushes.find('alarm-2')).toBeUndefined();
  });

  it('is the same under the same key, and refused with something else', async () => {
    await start();
    await Promise.all([push('alarm'), push('alarm'), push('alarm')]);
    expect(await push('alarm')).toMatchObject({ duplicate: true });
    expect(await refusal(push('alarm', { content: { kind: 'text', text: 'all is well' } }))).toBe('push_conflict');
    expect(await refusal(push('alarm', { to: [user('chen')] }))).toBe('push_conflict');
    await gateway.quiet();
    expect(pusher.said).toEqual(['message user lin: disk full']);
  });

  it('keeps its order at each receiver', async () => {
    await start();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => push(`n-${n}`, { content: { kind: 'text', text: `${n}` } })),
    );
    await gateway.quiet();
    expect(pusher.said.map((line) => line.at(-1))).toEqual([...'0123456789']);
  });

  it('goes in as many parts as it needs, the buttons under the last', async () => {
    await start();
    const buttons = [{ text: 'Open', url: 'https://example.org' }];
    const text = 'The disk of the build machine is full.\n\n'.repeat(20);
    await push('long', { content: { kind: 'card', title: 'Disk', text, buttons } });
    await gateway.quiet();
    const kinds = pusher.messages.map(({ content }) => content.kind);
    expect(kinds.length).toBeGreaterThan(2);
    expect(kinds).toEqual([...kinds.slice(1).map(() => 'markdown'), 'card']);
    expect((await states('long'))?.every(([, state]) => state === 'sent')).toBe(true);
  });

  it('has its picture in the text where nothing else can show it', async () => {
    await start();
    const buttons = [{ text: 'Open', url: 'https://example.org' }];
    const picture = 'https://example.org/p.png';
    await push('pictured', { content: { kind: 'card', title: 'Disk', text: 'is full', buttons, picture } });
    await gateway.quiet();
    expect(pusher.messages[0]?.content).toEqual({
      kind: 'card',
      title: 'Disk',
      text: `![](${picture})\n\nis full`,
      buttons,
    });
  });

  it('has its file in the text where nothing else can send it, without what must not stand in a name', async () => {
    await start();
    const [name, url] = ['13800138000 [May].pdf', 'https://example.org/a(1).pdf'];
    await push('filed', { content: { kind: 'file', text: 'Your **slip**', file: { kind: 'file', name, url } } });
    const image = { kind: 'image', name: 'disk.png', url: 'https://example.org/disk.png' } as const;
    await push('pictured', { content: { kind: 'file', text: '', file: image } });
    await gateway.quiet();
    expect(pusher.messages.map(({ content }) => content)).toEqual([
      {
        kind: 'markdown',
        text: 'Your **slip**\n\n[138\\*\\*\\*\\*8000 \\[May\\].pdf](https://example.org/a%281%29.pdf)',
      },
      { kind: 'markdown', text: '![disk.png](https://example.org/disk.png)' },
    ]);
    const nowhere = { ...image, url: 'file:///etc/passwd' };
    expect(await refusal(push('nowhere', { content: { kind: 'file', text: '', file: nowhere } }))).toBe(
      'push_malformed',
    );
    const nameless = { ...image, name: ' ' };
    expect(await refusal(push('nameless', { content: { kind: 'file', text: '', file: nameless } }))).toBe(
      'push_malformed',
    );
  });

  it('passes the privacy guard, but for the addresses of its buttons', async () => {
    await start();
    const url = 'https://example.org/13800138000';
    const buttons = [{ text: 'Call 13800138000', url }];
    await push('personal', { content: { kind: 'card', title: 'To 13800138000', text: 'call 13800138000', buttons } });
    await gateway.quiet();
    const [message] = pusher.messages;
    const masked = {
      title: 'To 138****8000',
      text: 'call 138\\*\\*\\*\\*8000',
      buttons: [{ text: 'Call 138****8000', url }],
    };
    expect(message?.content).toMatchObject(masked);
  });

  it('that nobody can be shown, or to nobody who can be reached, is refused whole', async () => {
    await start();
    const card = { kind: 'card', title: 'T', text: 't' } as const;
    const wrong: readonly Partial<PushRequest>[] = [
      { to: [] },
      { content: { kind: 'text', text: ' \n' } },
      { content: { ...card, title: '', buttons: [] } },
      { content: { ...card, buttons: [{ text: 'x', url: 'ftp://example.org' }] } },
      { content: { ...card, buttons: [], picture: 'file:///etc/passwd' } },
      { content: { ...card, buttons: Array.from({ length: 6 }, () => ({ text: 'x', url: 'https://example.org' })) } },
    ];
    for (const more of wrong) expect(await refusal(push('wrong', more))).toBe('push_malformed');
    expect(await refusal(push(''))).toBe('push_malformed');
    const nowhere: readonly PushTo[] = [
      user('stranger'),
      { kind: 'robot', channel: PAPER, id: '' },
      { kind: 'user', channel: id('nothing'), id: 'lin' },
      { kind: 'person', person: id<PersonId>('p-nobody') },
    ];
    for (const one of nowhere) expect(await refusal(push('far', { to: [user('lin'), one] }))).toBe('push_unreachable');
    await gateway.quiet();
    expect(pusher.messages).toEqual([]);
  });

  it('to a person reaches her on an account of hers that can be written to', async () => {
    await start();
    const { people } = gateway.store;
    const lin = await people.identify(PAPER, { account: id('lin'), ids: {} }, Date.now());
    const stranger = await people.identify(PAPER, { account: id('stranger'), ids: {} }, Date.now());
    await push('to-lin', { to: [{ kind: 'person', person: lin.id }, user('lin')] });
    await gateway.quiet();
    expect(pusher.said).toEqual(['message user lin: disk full']);
    const other = { kind: 'person', person: lin.id, channel: id<PaperPusher['channel']>('feishu') } as const;
    expect(await refusal(push('elsewhere', { to: [other] }))).toBe('push_unreachable');
    expect(await refusal(push('outside', { to: [{ kind: 'person', person: stranger.id }] }))).toBe('push_unreachable');
  });

  it('to a robot goes out by the robot', async () => {
    const channel = id<PaperPusher['channel']>('siren');
    const robot = Object.assign(new PaperPusher(), { channel, reach: { message: { robot: 1 } } });
    await start({ robot });
    await push('alarm', { to: [{ kind: 'robot', channel, id: '' }] });
    await gateway.quiet();
    expect(robot.said).toEqual(['message robot : disk full']);
    expect(pusher.messages).toEqual([]);
  });

  it('asks the vendor what became of it, and is taken back', async () => {
    await start();
    await push('oops', { to: [user('lin'), user('chen')] });
    await gateway.quiet();
    const { pushes } = gateway.pipeline;
    const asked = await pushes.ask('oops', AbortSignal.timeout(5_000));
    expect(asked.map(({ receivers }) => receivers)).toEqual(
      expect.arrayContaining([{ lin: 'read' }, { chen: 'read' }]),
    );
    expect(await pushes.recall('oops', AbortSignal.timeout(5_000))).toBe(2);
    expect(pusher.recalled).toHaveLength(2);
    expect(await refusal(pushes.ask('none', AbortSignal.timeout(5_000)))).toBe('not_found');
  });
});

describe('a notification', () => {
  const notice = (key: string, more: Partial<PushRequest> = {}) => push(key, { notice: true, ...more });

  it('reaches as many by one call as the vendor takes', async () => {
    await start();
    await notice('all-hands', { to: ['a', 'b', 'c', 'd'].map(user) });
    await push('everyone', { to: [{ kind: 'everyone', channel: PAPER, id: '' }] });
    await gateway.quiet();
    const expected = ['notice everyone : disk full', 'notice user a+b+c: disk full', 'notice user d: disk full'];
    expect(pusher.said.toSorted()).toEqual(expected);
    pusher.refused = { b: 'platform_target_gone' };
    await notice('again', { to: ['a', 'b'].map(user), content: { kind: 'text', text: 'now empty' } });
    await gateway.quiet();
    expect(await states('again')).toEqual([
      ['a', 'sent', undefined],
      ['b', 'refused', 'platform_target_gone'],
    ]);
  });

  it('with words that somebody has got today is not sent to her, and she is named', async () => {
    const time = { ahead: 0 };
    const clock = { ...systemClock, now: () => Date.now() + time.ahead };
    await start({ clock });
    await notice('first');
    await notice('second', { to: [user('lin'), user('chen')] });
    await gateway.quiet();
    expect(pusher.said.toSorted()).toEqual(['notice user chen: disk full', 'notice user lin: disk full']);
    expect(await states('second')).toEqual([
      ['chen', 'sent', undefined],
      ['lin', 'skipped', undefined],
    ]);
    time.ahead = DAY_MS;
    await notice('tomorrow');
    await gateway.quiet();
    expect(pusher.messages).toHaveLength(3);
  });

  it('comes with the time behind its words where the caller wants them said again', async () => {
    await start();
    await notice('first');
    await notice('second', { to: [user('lin'), user('chen')], again: 'vary' });
    await gateway.quiet();
    expect(pusher.said.toSorted()).toEqual([
      'notice user chen: disk full',
      'notice user lin: disk full',
      expect.stringMatching(/^notice user lin: disk full\n\(\d\d:\d\d:\d\d\)$/),
    ]);
  });
});

describe('a push that fails', () => {
  it('is tried again, and given up as a dead letter that can be replayed', async () => {
    await start();
    let failures = 0;
    pusher.before = () => {
      failures += 1;
      if (failures < 3) throw new GatewayError('platform_throttled', 'too fast', { retryAfterMs: 1 });
    };
    await push('patient');
    await gateway.quiet();
    expect(await states('patient')).toEqual([['lin', 'sent', undefined]]);
    pusher.before = () => {
      throw new GatewayError('platform_misconfigured', 'a wrong secret');
    };
    await push('hopeless', { content: { kind: 'text', text: 'lost' } });
    await gateway.quiet();
    expect(await states('hopeless')).toEqual([['lin', 'dead', 'platform_misconfigured']]);
    pusher.before = () => undefined;
    const [letter] = await gateway.store.upkeep.deadLetters(10);
    const lane = await gateway.store.upkeep.replay('outbox', letter?.seq ?? 0, Date.now());
    if (lane !== undefined) gateway.pipeline.wake(lane);
    await gateway.quiet();
    expect(await states('hopeless')).toEqual([['lin', 'sent', undefined]]);
  });

  it('in doubt is sent once more and says so, and never a third time', async () => {
    await start();
    pusher.after = () => {
      throw new GatewayError('platform_unavailable', 'the answer is lost');
    };
    await push('doubtful');
    await gateway.quiet();
    expect(pusher.said).toEqual(['message user lin: disk full', 'message user lin: disk full (may be a repeat)']);
    expect(await states('doubtful')).toEqual([['lin', 'dead', 'platform_rejected']]);
  });

  it('in doubt is sent under its key again where the vendor keeps keys, and shown once', async () => {
    await start();
    pusher.keyWindowMs = 60_000;
    let losses = 2;
    pusher.after = () => {
      losses -= 1;
      if (losses >= 0) throw new GatewayError('platform_unavailable', 'the answer is lost');
    };
    await push('kept');
    await gateway.quiet();
    expect(pusher.said).toEqual(['message user lin: disk full']);
    expect(await states('kept')).toEqual([['lin', 'sent', undefined]]);
  });

  it('survives a crash: what was accepted is sent, and once where the vendor keeps keys', async () => {
    await start();
    pusher.keyWindowMs = 60_000;
    pusher.before = () => new Promise((resolve) => setTimeout(resolve, 30));
    const keys = Array.from({ length: 20 }, (_, n) => `crash-${n}`);
    await Promise.all(keys.map((key) => push(key, { to: [user(key)], content: { kind: 'text', text: key } })));
    await gateway.crash();
    pusher.before = () => undefined;
    await gateway.quiet();
    expect(pusher.messages.map(({ content }) => content.text).toSorted()).toEqual(keys.toSorted());
    for (const key of keys) expect(await states(key)).toEqual([[key, 'sent', undefined]]);
  });
});
