import { describe, expect, it } from 'vitest';
import type { SimApp, SimChat, SimMessage, TraceEvent } from '../../../src/simulator/contract.ts';
import { keyOf, type SimState } from '../api/state.ts';
import type { Deed } from '../windows/seats.ts';
import { isDone, type Mark, type Scene } from './steps.ts';

const CHAT: SimChat = {
  platform: 'feishu',
  id: 'oc_1',
  kind: 'direct',
  topics: false,
  name: { zh: '小驿', en: 'Posty' },
  people: ['lin'],
  bots: ['cli_1'],
  activeAt: 0,
};

function message(id: string, from: SimMessage['from'], at: number, rest: Partial<SimMessage> = {}): SimMessage {
  const content = { kind: 'text', text: id, mentions: [] } as const;
  return {
    platform: 'feishu',
    id,
    chat: 'oc_1',
    from,
    at,
    content,
    reactions: [],
    readBy: [],
    followUps: [],
    version: 1,
    ...rest,
  };
}

function answer(streaming: boolean, buttons: readonly string[]): SimMessage {
  const elements = buttons.map((text) => ({ tag: 'button', text: { content: text } }));
  const print = { everyMs: 70, step: 1, strategy: 'fast' } as const;
  const card = { json: { body: { elements } }, streaming, print, elements: {}, images: {}, updates: 0 };
  return message('om_2', { kind: 'bot', app: 'cli_1' }, 2, { parent: 'om_1', content: { kind: 'card', card } });
}

function scene(
  messages: readonly SimMessage[],
  steps: readonly string[] = [],
  gateway: Partial<SimState['gateway']> = {},
): Scene {
  const events = steps.map((step, at): TraceEvent => ({ key: 'k', message: 'om_1', step, at }));
  const sim = {
    messages: new Map(messages.map((one) => [keyOf('feishu', one.id), one])),
    order: new Map([['feishu:oc_1', messages.map(({ id }) => keyOf('feishu', id))]]),
    traces: new Map(events.length === 0 ? [] : [['k', events]]),
    gateway: { state: 'up', since: 0, canKill: true, kills: 0, ...gateway },
  } as unknown as SimState;
  return { sim, person: 'lin', app: { id: 'cli_1' } as SimApp, chat: CHAT };
}

function mark(...deeds: readonly Partial<Deed>[]): Mark {
  const whole = deeds.map((deed) => ({ seat: 'desktop', result: { ok: true }, label: undefined, ...deed }) as Deed);
  return { kills: 0, deeds: whole };
}

const OWN = message('om_1', { kind: 'person', person: 'lin' }, 1);
const SENT = { action: { type: 'send-text' } } as Partial<Deed>;

describe('ticking the tour’s steps off', () => {
  it('waits until the answer to a question is complete', () => {
    expect(isDone('ask', scene([OWN]), mark(SENT))).toBe(false);
    expect(isDone('ask', scene([OWN, answer(true, [])]), mark(SENT))).toBe(false);
    expect(isDone('ask', scene([OWN, answer(false, ['⏹ 停止'])]), mark(SENT))).toBe(false);
    expect(isDone('ask', scene([OWN, answer(false, ['👍 有用'])]), mark(SENT))).toBe(true);
  });

  it('waits for the gateway’s own word, where it gives one', () => {
    const done = [OWN, answer(false, ['👍 有用'])];
    expect(isDone('ask', scene(done, ['received', 'first-text']), mark(SENT))).toBe(false);
    expect(isDone('ask', scene(done, ['received', 'first-text', 'delivered']), mark(SENT))).toBe(true);
  });

  it('does not take a welcome for an answer', () => {
    const welcome = message('om_2', { kind: 'bot', app: 'cli_1' }, 2);
    expect(isDone('ask', scene([OWN, welcome]), mark(SENT))).toBe(false);
  });

  it('knows 👍 and stop by what stands on the button', () => {
    const press = (label: string) => mark({ action: { type: 'press' }, label } as Partial<Deed>);
    const done = scene([OWN, answer(false, [])]);
    expect(isDone('like', done, press('👍 Helpful'))).toBe(true);
    expect(isDone('like', done, press('👎 Not helpful'))).toBe(false);
    expect(isDone('stop', done, press('⏹ Stop'))).toBe(true);
  });

  it('takes a redelivery as gone through when the gateway has called it a duplicate', () => {
    const again = mark({ action: { type: 'redeliver' } } as Partial<Deed>);
    expect(isDone('twice', scene([OWN], ['received', 'done']), again)).toBe(false);
    expect(isDone('twice', scene([OWN], ['received', 'done', 'duplicate']), again)).toBe(true);
  });

  it('wants a killed gateway back, and the answer finished', () => {
    const done = [OWN, answer(false, [])];
    expect(isDone('kill', scene(done, [], { kills: 1, state: 'restarting' }), mark())).toBe(false);
    expect(isDone('kill', scene([OWN, answer(true, [])], [], { kills: 1 }), mark())).toBe(false);
    expect(isDone('kill', scene(done, [], { kills: 1 }), mark())).toBe(true);
  });

  it('counts a question from the phone only as going on in another window', () => {
    const done = scene([OWN, answer(false, [])]);
    expect(isDone('window', done, mark(SENT))).toBe(false);
    expect(isDone('window', done, mark({ ...SENT, seat: 'phone' }))).toBe(true);
  });
});
