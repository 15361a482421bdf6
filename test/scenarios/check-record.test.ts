import { describe, expect, it } from 'vitest';
import {
  type Asked,
  checkRecord,
  type Findings,
  type Question,
  type RunRecord,
  type Shown,
} from '../support/check-record.ts';

const first: Asked = asked(1, 'ada');
const second: Asked = asked(2, 'ada');
const other: Asked = asked(3, 'bob');
const good: RunRecord = {
  asked: [first, second, other],
  shown: [answer(first, 10), answer(other, 15), answer(second, 20)],
  questions: [question(first), question(other), question(second)],
};

describe('the judge of a run', () => {
  it('finds nothing where every message has its one answer', () => expect(faults(good)).toEqual([]));
  it('does not mind a message that was never acknowledged', () => {
    expect(faults({ ...good, asked: [...good.asked, { ...asked(4, 'bob'), acknowledged: false }] })).toEqual([]);
  });
  it('does not mind a question that had to be asked again', () => {
    expect(faults({ ...good, questions: [...good.questions, question(second)] })).toEqual([]);
  });

  it('sees an acknowledged message without an answer', () => {
    expect(faults({ ...good, shown: good.shown.slice(1) })).toEqual(['lost']);
  });
  it('sees an answer that breaks off', () => {
    const broken = { ...answer(first, 10), text: `begin${first.mark}: this is` };
    expect(faults({ ...good, shown: [broken, ...good.shown.slice(1)] })).toEqual(['incomplete']);
  });
  it('sees a second answer', () => {
    expect(faults({ ...good, shown: [...good.shown, { ...answer(first, 30), message: 'again' }] })).toEqual([
      'answeredTwice',
    ]);
  });
  it('sees an answer in another chat', () => {
    const astray = { ...answer(first, 10), chat: other.chat };
    expect(faults({ ...good, shown: [astray, ...good.shown.slice(1)] })).toEqual(['misaddressed']);
  });
  it("sees somebody else's answer", () => {
    const swapped = [{ ...answer(first, 10), text: answer(other, 0).text }, ...good.shown.slice(1)];
    expect(faults({ ...good, shown: swapped })).toEqual(['incomplete', 'misaddressed']);
  });
  it('sees an answer to nobody', () => {
    const stray = { ...answer(first, 30), replyTo: undefined, text: 'Hello?' };
    expect(faults({ ...good, shown: [...good.shown, stray] })).toEqual(['misaddressed']);
  });
  it('sees answers in the wrong order', () => {
    expect(faults({ ...good, shown: [answer(first, 20), answer(other, 15), answer(second, 10)] })).toEqual([
      'outOfOrder',
    ]);
  });
  it('sees questions asked in the wrong order', () => {
    expect(faults({ ...good, questions: good.questions.toReversed() })).toEqual(['outOfOrder']);
  });
  it('sees a card that still spins', () => {
    const spinning = { ...answer(first, 10), isUnfinished: true };
    expect(faults({ ...good, shown: [spinning, ...good.shown.slice(1)] })).toEqual(['unfinished']);
  });
  it('sees two people in one dialogue', () => {
    const mixed = [question(first), { ...question(other), dialogue: 'dialogue of ada' }, question(second)];
    expect(faults({ ...good, questions: mixed })).toEqual(['shared']);
  });
});

function faults(record: RunRecord): string[] {
  const findings = checkRecord(record);
  return (Object.keys(findings) as (keyof Findings)[]).filter((name) => findings[name].length > 0);
}

function asked(number: number, person: string): Asked {
  const chat = `chat of ${person}`;
  return { message: `om_${number}`, chat, person, conversation: chat, mark: `m${number}x`, acknowledged: true };
}

function answer({ message, chat, mark }: Asked, sentAt: number): Shown {
  const text = `begin${mark}: yes. end${mark}`;
  return { message: `answer to ${message}`, chat, replyTo: message, text, sentAt, isUnfinished: false };
}

function question({ mark, person }: Asked): Question {
  return { text: `Question ${mark}, please.`, user: person, dialogue: `dialogue of ${person}` };
}
