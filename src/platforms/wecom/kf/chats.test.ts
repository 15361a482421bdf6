import { beforeEach, describe, expect, it } from 'vitest';
import { type ChatId, id, type MessageId } from '../../../core/ids.ts';
import { type Memos, memosInMemory } from '../../../core/memos.ts';
import { systemClock } from '../../../lib/clock.ts';
import { Chats } from './chats.ts';

const CHAT = id<ChatId>('wk_1:wm_1');
const HOUR = 3_600_000;
let now: number;
let memos: Memos;
/** As a new process would make it. */
const start = () => new Chats({ ...systemClock, now: () => now }, memos);
const writes = (chats: Chats, message: string) =>
  chats.heard(CHAT, { message: id<MessageId>(message), text: message, at: now, isPress: false });

beforeEach(() => {
  [now, memos] = [0, memosInMemory()];
});

describe('what may still be said to a customer', () => {
  it('is five messages after each of hers', async () => {
    const chats = start();
    await writes(chats, 'm1');
    for (const msgid of ['a', 'b', 'c', 'd', 'e']) await chats.sent(CHAT, msgid);
    expect(await chats.room(CHAT, now)).toBe(0);
    await writes(chats, 'm2');
    expect(await chats.room(CHAT, now)).toBe(5);
  });

  it('is counted on by the next process', async () => {
    await start().sent(CHAT, 'a');
    await start().sent(CHAT, 'b');
    expect(await start().room(CHAT, now)).toBe(3);
    await start().full(CHAT);
    expect(await start().room(CHAT, now)).toBe(0);
  });

  it('is not less for a message that is sent a second time, nor more for one of hers that is read a second time', async () => {
    const chats = start();
    await writes(chats, 'm1');
    for (const msgid of ['a', 'a', 'b']) await chats.sent(CHAT, msgid);
    await writes(chats, 'm1');
    expect(await chats.room(CHAT, now)).toBe(3);
  });

  it('is right also when two processes count at once', async () => {
    const [one, other] = [start(), start()];
    await Promise.all([one.sent(CHAT, 'a'), other.sent(CHAT, 'b'), one.sent(CHAT, 'c')]);
    expect(await one.room(CHAT, now)).toBe(2);
  });

  it('is nothing after two days', async () => {
    const chats = start();
    await writes(chats, 'm1');
    now = 48 * HOUR;
    expect(await chats.room(CHAT, 0)).toBe(0);
    expect(await chats.room(CHAT, 1)).toBe(5);
  });
});

describe('answers that were of no use', () => {
  it('are counted in a row, each complaint once, over a restart', async () => {
    expect(await start().wasUseless(CHAT, 'one')).toBe(1);
    expect(await start().wasUseless(CHAT, 'one')).toBe(1);
    await writes(start(), 'm2');
    expect(await start().wasUseless(CHAT, 'two')).toBe(2);
  });

  it('are forgotten when one was of use, or when she goes on asking without a complaint', async () => {
    const chats = start();
    await chats.wasUseless(CHAT, 'one');
    await chats.wasUseful(CHAT);
    expect(await chats.wasUseless(CHAT, 'two')).toBe(1);
    await writes(chats, 'm2');
    await writes(chats, 'm3');
    expect(await chats.wasUseless(CHAT, 'three')).toBe(1);
  });

  it('are not forgotten because a page is read a second time', async () => {
    const chats = start();
    await chats.wasUseless(CHAT, 'one');
    await writes(chats, 'm2');
    await writes(chats, 'm2');
    expect(await chats.wasUseless(CHAT, 'two')).toBe(2);
  });
});

describe('the lines for whoever takes over', () => {
  it('are the last ones, short, and each once', async () => {
    for (const n of [1, 2, 3, 3, 4, 5]) {
      await writes(start(), `question ${n}`);
      await start().said(CHAT, `t${n}`, n === 5 ? '很长。'.repeat(100) : `answer\n\n${n}`);
    }
    const lines = await start().lines(CHAT);
    expect(lines.map(({ text }) => text).slice(0, 7)).toEqual([
      'question 2',
      'answer 2',
      'question 3',
      'answer 3',
      'question 4',
      'answer 4',
      'question 5',
    ]);
    expect(lines[7]?.text).toMatch(/^很长。.*…$/);
    expect([...(lines[7]?.text ?? '')]).toHaveLength(200);
  });
});

describe('the word that nobody is on duty', () => {
  it('is told once in half an hour to who has not asked for anybody, over a restart', async () => {
    now = 10 * HOUR;
    expect(await start().mayTellNobody(CHAT)).toBe(true);
    now += HOUR / 2 - 1;
    expect(await start().mayTellNobody(CHAT)).toBe(false);
    now += 1;
    expect(await start().mayTellNobody(CHAT)).toBe(true);
  });
});
