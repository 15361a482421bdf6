import { describe, expect, it } from 'vitest';
import type {
  SimCard,
  SimEvent,
  SimMessage,
  SimSnapshot,
  TraceEvent,
  WireEntry,
} from '../../../src/simulator/contract.ts';
import { keyOf, MAX_TRACES, MAX_WIRE, reduce, type SimState } from './state.ts';

const NOON = Date.UTC(2026, 10, 2, 12);

function message(id: string, rest: Partial<SimMessage> = {}): SimMessage {
  return {
    platform: 'feishu',
    id,
    chat: 'oc_1',
    from: { kind: 'person', person: 'lin' },
    at: NOON,
    content: { kind: 'text', text: id, mentions: [] },
    reactions: [],
    readBy: [],
    followUps: [],
    version: 1,
    ...rest,
  };
}

function card(text: string, rest: Partial<SimCard> = {}): SimMessage['content'] {
  const json = { body: { elements: [{ tag: 'markdown', element_id: 'answer', content: text }] } };
  const print = { everyMs: 70, step: 1, strategy: 'fast' } as const;
  return { kind: 'card', card: { json, streaming: true, print, elements: {}, images: {}, updates: 0, ...rest } };
}

const EMPTY: SimSnapshot = {
  now: NOON,
  people: [],
  apps: [],
  chats: [],
  messages: [],
  samples: [],
  wire: [],
  faults: [],
  gateway: { state: 'up', since: NOON, canKill: true, kills: 0 },
  traces: [],
  settings: { speed: 1, rateLimits: true, wire: true },
};

function after(...events: readonly SimEvent[]): SimState {
  const state = reduce(undefined, [{ type: 'snapshot', state: EMPTY }, ...events], NOON);
  if (state === undefined) throw new Error('a snapshot makes a state');
  return state;
}

const added = (one: SimMessage): SimEvent => ({ type: 'message-added', message: one });
const changed = (one: SimMessage): SimEvent => ({ type: 'message-changed', message: one });
const streamed = (version: number, kept: number, tail: string): SimEvent => ({
  type: 'card-streamed',
  platform: 'feishu',
  chat: 'oc_1',
  message: 'om_1',
  element: 'answer',
  kept,
  tail,
  sequence: version,
  at: NOON,
  version,
});

function answerIn(state: SimState): string | undefined {
  const content = state.messages.get(keyOf('feishu', 'om_1'))?.content;
  return content?.kind === 'card' ? content.card.elements['answer']?.text : undefined;
}

describe('working the live stream in', () => {
  it('waits for the first snapshot', () => {
    expect(reduce(undefined, [added(message('om_1'))], NOON)).toBeUndefined();
  });

  it('begins anew with each snapshot', () => {
    const state = after(added(message('om_1')), { type: 'snapshot', state: EMPTY });
    expect(state.messages.size).toBe(0);
  });

  it('keeps the messages of a chat in the order of their time, also when older ones come later', () => {
    const state = after(
      added(message('b', { at: NOON + 2 })),
      added(message('a', { at: NOON + 1 })),
      added(message('c', { at: NOON + 3 })),
    );
    expect(state.order.get('feishu:oc_1')).toEqual(['feishu:a', 'feishu:b', 'feishu:c']);
  });

  it('drops a version that is older than the one at hand', () => {
    const newer = message('om_1', { version: 3, editedAt: NOON });
    const state = after(added(newer), changed(message('om_1', { version: 2 })));
    expect(state.messages.get('feishu:om_1')).toBe(newer);
  });

  it('leaves what was not touched as it is, so that it need not be drawn again', () => {
    const before = after(added(message('om_1')), added(message('om_2')));
    const next = reduce(before, [changed(message('om_2', { version: 2 }))], NOON);
    expect(next?.messages.get('feishu:om_1')).toBe(before.messages.get('feishu:om_1'));
    expect(next?.order).toBe(before.order);
    expect(next?.chats).toBe(before.chats);
    expect(before.messages.get('feishu:om_2')?.version).toBe(1);
  });

  it('keeps only so much of the wire and of the traces', () => {
    const wire = (id: number): SimEvent => ({ type: 'wire-added', entry: { id: `${id}`, frames: 0 } as WireEntry });
    const trace = (id: number): SimEvent => ({ type: 'trace', event: { key: `${id}`, step: 'received', at: id } });
    const many = Array.from({ length: MAX_WIRE + MAX_TRACES + 10 }, (_, id) => id);
    const state = after(...many.map(wire), ...many.map(trace));
    expect(state.wire).toHaveLength(MAX_WIRE);
    expect(state.wire.at(-1)?.id).toBe(String(many.length - 1));
    expect(state.traces.size).toBe(MAX_TRACES);
  });

  it('joins the steps of one message', () => {
    const step = (key: string, name: string): SimEvent => ({
      type: 'trace',
      event: { key, step: name, at: NOON } satisfies TraceEvent,
    });
    const state = after(step('a', 'received'), step('b', 'received'), step('a', 'stored'));
    expect(state.traces.get('a')?.map((event) => event.step)).toEqual(['received', 'stored']);
  });

  it('knows how far this clock is from the simulator’s', () => {
    const state = reduce(undefined, [{ type: 'snapshot', state: { ...EMPTY, now: NOON + 500 } }], NOON);
    expect(state?.clockOffsetMs).toBe(500);
  });
});

describe('streaming into a card', () => {
  const begun = added(message('om_1', { content: card('Thinking…') }));

  it('adds to the text that stays', () => {
    expect(answerIn(after(begun, streamed(2, 0, 'Hello'), streamed(3, 5, ', world')))).toBe('Hello, world');
  });

  it('goes on from the card’s own text when nothing was streamed into the element yet', () => {
    expect(answerIn(after(begun, streamed(2, 8, ' hard')))).toBe('Thinking hard');
  });

  it('drops what comes twice or late', () => {
    expect(answerIn(after(begun, streamed(3, 0, 'newer'), streamed(2, 0, 'older'), streamed(3, 5, ' again')))).toBe(
      'newer',
    );
  });

  it('keeps the card’s JSON as it is, so that it is read once and not with every word', () => {
    const before = after(begun);
    const next = reduce(before, [streamed(2, 0, 'Hello')], NOON);
    const json = (state: SimState | undefined) => {
      const content = state?.messages.get('feishu:om_1')?.content;
      return content?.kind === 'card' ? content.card.json : undefined;
    };
    expect(json(next)).toBe(json(before));
  });

  it('passes over a message it does not know', () => expect(answerIn(after(streamed(2, 0, 'Hello')))).toBeUndefined());
});
