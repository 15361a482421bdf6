import { afterEach, expect, it } from 'vitest';
import type { AgentEvent, Ask } from '../../src/core/agent.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { turnIdOf } from '../../src/core/keys.ts';
import { message, press, startGateway, type TestGateway } from '../support/gateway.ts';

const OLD = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const ASKED = 'asked-about-the-pumpkin';
const SUGGESTED = 'suggested-a-parsnip';
const SAID = 'said-the-turnip';

let gateway: TestGateway;

afterEach(() => gateway.close());

/** Repeats the question, and calls the run by a number as agents do. */
async function* repeat(ask: Ask): AsyncGenerator<AgentEvent> {
  yield { kind: 'started', run: { user: ask.user, conversation: 'c-1', message: 'm-1' }, forgotten: false };
  yield { kind: 'text', delta: `you said: ${ask.text}` };
  yield { kind: 'done', stopped: false };
}

/** One of everything that keeps text: an answer with a suggestion, a question in mid-answer, one that waits, a reply that cannot go out. */
async function fill(): Promise<ReturnType<typeof message>> {
  gateway.agent.answer = repeat;
  gateway.agent.suggestions = [SUGGESTED];
  const answered = message(ASKED);
  await gateway.deliver(answered);
  await gateway.quiet();
  gateway.platform.before = () => {
    throw new GatewayError('platform_forbidden', 'no permission');
  };
  await gateway.deliver(message(ASKED, { account: 'grace' }));
  await gateway.quiet();
  gateway.platform.before = () => undefined;
  const memos = gateway.store.memos.of(gateway.platform.channel);
  await memos.swap('desk', undefined, ASKED, Date.now() + 3_600_000);
  return answered;
}

it('keeps no text on the disk that anybody can read, and works as ever', async () => {
  gateway = await startGateway({ keys: OLD });
  const answered = await fill();
  let goOn: () => void = () => undefined;
  gateway.agent.answer = async function* (ask) {
    yield* repeat({ ...ask, text: SAID });
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  };
  await gateway.deliver(message(ASKED, { account: 'lin' }));
  await gateway.deliver(message(ASKED, { account: 'lin' }));
  const bytes = await gateway.bytes();
  for (const text of [ASKED, SUGGESTED, SAID]) expect(bytes.includes(text), text).toBe(false);
  expect(bytes.includes('sealed:1:k1:')).toBe(true);
  goOn();
  await gateway.deliver(press(answered, { act: 'ask', turn: turnIdOf(answered), index: 0 }));
  await gateway.crash();
  expect((await gateway.store.turns.get(turnIdOf(answered)))?.suggested).toEqual([SUGGESTED]);
  expect((await gateway.store.upkeep.deadLetters(9)).map(({ box }) => box)).toContain('outbox');
});

it('goes on under a new key, opens what the old one has sealed, and tells when that may go', async () => {
  gateway = await startGateway({ keys: OLD });
  const answered = await fill();
  await gateway.crash(`${NEW},${OLD}`);
  const { upkeep, turns, outbox } = gateway.store;
  expect((await turns.get(turnIdOf(answered)))?.suggested).toEqual([SUGGESTED]);
  expect((await outbox.lastFrameOf(turnIdOf(answered)))?.message).toMatchObject({
    frame: { answer: `you said: ${ASKED}` },
  });
  const memos = gateway.store.memos.of(gateway.platform.channel);
  expect(await memos.swap('desk', ASKED, 'changed', Date.now() + 3_600_000)).toBe(true);
  expect(await memos.read('desk')).toBe('changed');
  expect(await upkeep.rowsSealedUnder('k1')).toBeGreaterThan(0);
  expect(await upkeep.rowsSealedUnder('k2')).toBe(1);

  const past = {
    inboxDone: Infinity,
    outboxSent: Infinity,
    turns: Infinity,
    dead: Infinity,
    memos: Infinity,
    placeholders: Infinity,
  };
  await upkeep.purge(past, 1_000);
  expect(await upkeep.rowsSealedUnder('k1')).toBe(0);
});

it('says so when the key is gone under which a text was sealed', async () => {
  gateway = await startGateway({ keys: OLD });
  const answered = await fill();
  await gateway.crash(NEW);
  await expect(gateway.store.turns.get(turnIdOf(answered))).rejects.toMatchObject({ code: 'store_key_unknown' });
});

it('takes up what was stored before there was a key', async () => {
  gateway = await startGateway();
  const answered = await fill();
  await gateway.crash(NEW);
  expect((await gateway.store.turns.get(turnIdOf(answered)))?.suggested).toEqual([SUGGESTED]);
  expect(await gateway.store.memos.of(gateway.platform.channel).swap('desk', ASKED, 'changed', Date.now())).toBe(true);
});
