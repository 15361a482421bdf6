import { describe, expect, it } from 'vitest';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { rowsOf, rowsOfTopic } from './layout.ts';

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

describe('laying out a conversation', () => {
  it('shows the time above the first message and after a pause', () => {
    const rows = rowsOf([message('a'), message('b', { at: NOON + 60_000 }), message('c', { at: NOON + 900_000 })]);
    expect(rows.map((row) => row.timed)).toEqual([true, false, true]);
  });

  it('lets messages of one person share an avatar, unless one answers another', () => {
    const rows = rowsOf([message('a'), message('b'), message('c', { parent: 'a' })]);
    expect(rows.map((row) => row.opens)).toEqual([true, false, true]);
  });

  it('keeps what was said in a topic out of the conversation, and counts it at its first message', () => {
    const rows = rowsOf([
      message('root', { thread: 'omt_1' }),
      message('answer', { thread: 'omt_1', root: 'root', parent: 'root' }),
      message('other'),
    ]);
    expect(rows.map((row) => [row.message.id, row.thread, row.replies])).toEqual([
      ['root', 'omt_1', 1],
      ['other', undefined, 0],
    ]);
  });

  it('finds a topic’s first message also when only the answers name the topic', () => {
    const rows = rowsOf([message('root'), message('answer', { thread: 'omt_1', root: 'root' })]);
    expect(rows.map((row) => [row.message.id, row.thread])).toEqual([['root', 'omt_1']]);
  });

  it('shows a topic with its first message on top', () => {
    const all = [message('root'), message('other'), message('answer', { thread: 'omt_1', root: 'root' })];
    expect(rowsOfTopic(all, 'omt_1').map((row) => row.message.id)).toEqual(['root', 'answer']);
  });
});
