/**
 * Judges a run by what the far side has seen, never by what the gateway says of itself. Questions and answers carry marks
 * (`m17x`): a question contains its mark, the agent's answer is `begin<mark> … end<mark>`.
 */

/** A message that somebody wrote to the bot, in the order in which the messages of its conversation were written. */
export interface Asked {
  /** The vendor's id. */
  readonly message: string;
  readonly chat: string;
  readonly person: string;
  /** Those whose messages are answered one after the other: a direct chat, or one member of a group. */
  readonly conversation: string;
  readonly mark: string;
  /** Whether the vendor was told that it is stored, at least once. */
  readonly acknowledged: boolean;
}

/** A message of the bot as people see it at the end. */
export interface Shown {
  readonly message: string;
  readonly chat: string;
  /** The message it replies to. */
  readonly replyTo: string | undefined;
  readonly text: string;
  /** When it first appeared. */
  readonly sentAt: number;
  /** It still says that more is to come: an open stream, or a button to stop it. */
  readonly isUnfinished: boolean;
}

/** A question as it reached the agent, in the order of arrival. */
export interface Question {
  readonly text: string;
  /** The agent's name for who asks, and its dialogue. */
  readonly user: string;
  readonly dialogue: string;
}

export interface RunRecord {
  readonly asked: readonly Asked[];
  readonly shown: readonly Shown[];
  readonly questions: readonly Question[];
}

/** What went wrong, by promise; every list is empty when all are kept. */
export interface Findings {
  /** Acknowledged, and nothing came back. */
  readonly lost: readonly string[];
  /** Something came back, not the whole answer. */
  readonly incomplete: readonly string[];
  readonly answeredTwice: readonly string[];
  /** An answer in another chat, to another message, or with another question's words. */
  readonly misaddressed: readonly string[];
  /** An answer that appeared, or a question that was asked, before the one of an earlier message. */
  readonly outOfOrder: readonly string[];
  readonly unfinished: readonly string[];
  /** A dialogue at the agent's side that two conversations share, or a name there that two people share. */
  readonly shared: readonly string[];
}

export function checkRecord(record: RunRecord): Findings {
  const answers = answersByMessage(record);
  const acknowledged = record.asked.filter((one) => one.acknowledged);
  const answersOf = (one: Asked): readonly Shown[] => answers.get(one.message) ?? [];
  const isWhole = ({ text }: Shown, { mark }: Asked): boolean =>
    text.includes(`begin${mark}`) && text.includes(`end${mark}`);
  return {
    lost: acknowledged.filter((one) => answersOf(one).length === 0).map(nameOf),
    incomplete: acknowledged
      .filter((one) => answersOf(one).length > 0 && !answersOf(one).some((shown) => isWhole(shown, one)))
      .map((one) => `${nameOf(one)}: ${answersOf(one)[0]?.text.slice(0, 80)}`),
    answeredTwice: record.asked
      .filter((one) => answersOf(one).length > 1)
      .map((one) => `${nameOf(one)}: ${answersOf(one).length} times`),
    misaddressed: misaddressed(record),
    outOfOrder: [...answersOutOfOrder(record, answers), ...questionsOutOfOrder(record)],
    unfinished: record.shown
      .filter((shown) => shown.isUnfinished)
      .map(({ message, text }) => `${message}: ${text.slice(-80)}`),
    shared: shared(record),
  };
}

/** By the message they reply to, or else by the mark in their words. */
function answersByMessage({ asked, shown }: RunRecord): ReadonlyMap<string, readonly Shown[]> {
  const byMark = new Map(asked.map((one) => [one.mark, one.message]));
  const answers = new Map<string, Shown[]>();
  for (const one of shown) {
    const message = one.replyTo ?? byMark.get(marksIn(one.text)[0] ?? '') ?? '';
    answers.set(message, [...(answers.get(message) ?? []), one]);
  }
  return answers;
}

function misaddressed({ asked, shown }: RunRecord): string[] {
  const byMessage = new Map(asked.map((one) => [one.message, one]));
  return shown.flatMap(({ message, chat, replyTo, text }) => {
    const to = byMessage.get(replyTo ?? '');
    if (to === undefined) return [`${message} replies to ${replyTo}, which nobody wrote: ${text.slice(0, 80)}`];
    if (to.chat !== chat) return [`${message} replies to ${nameOf(to)} in another chat`];
    const foreign = marksIn(text).filter((mark) => mark !== to.mark);
    return foreign.length > 0 ? [`${message} replies to ${nameOf(to)} with the answer to ${foreign[0]}`] : [];
  });
}

function answersOutOfOrder({ asked }: RunRecord, answers: ReadonlyMap<string, readonly Shown[]>): string[] {
  return inConversations(asked).flatMap((messages) => {
    const times = messages.flatMap((one) => {
      const sentAt = answers.get(one.message)?.[0]?.sentAt;
      return sentAt === undefined ? [] : [{ one, sentAt }];
    });
    return times
      .filter(({ sentAt }, index) => sentAt < (times[index - 1]?.sentAt ?? 0))
      .map(({ one }) => `the answer to ${nameOf(one)} came before the one to the message before it`);
  });
}

function questionsOutOfOrder({ asked, questions }: RunRecord): string[] {
  const first = new Map<string, number>();
  questions.forEach(({ text }, index) => {
    const mark = markIn(text);
    if (mark !== undefined && !first.has(mark)) first.set(mark, index);
  });
  return inConversations(asked).flatMap((messages) => {
    const places = messages.filter(({ mark }) => first.has(mark));
    return places
      .filter(({ mark }, index) => (first.get(mark) ?? 0) < (first.get(places[index - 1]?.mark ?? '') ?? 0))
      .map((one) => `${nameOf(one)} was asked before the message before it`);
  });
}

function shared({ asked, questions }: RunRecord): string[] {
  const byMark = new Map(asked.map((one) => [one.mark, one]));
  const owners = new Map<string, string>();
  const found = new Set<string>();
  for (const { text, user, dialogue } of questions) {
    const one = byMark.get(markIn(text) ?? '');
    if (one === undefined) continue;
    for (const [name, who] of [
      [`name ${user}`, one.person],
      [`dialogue ${dialogue}`, one.conversation],
    ] as const) {
      const owner = owners.get(name) ?? who;
      owners.set(name, owner);
      if (owner !== who) found.add(`${name} belongs to ${owner} and to ${who}`);
    }
  }
  return [...found];
}

function inConversations(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  return [...Map.groupBy(asked, ({ conversation }) => conversation).values()];
}

/** The mark in a question. */
export function markIn(text: string): string | undefined {
  return /\bm\d+x\b/.exec(text)?.[0];
}

/** The marks in an answer. */
function marksIn(text: string): string[] {
  return [...text.matchAll(/\b(?:begin|end)(m\d+x)\b/g)].map((found) => found[1] ?? '');
}

function nameOf({ mark, message }: Asked): string {
  return `${mark} (${message})`;
}
