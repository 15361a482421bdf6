import { GatewayError } from '../core/errors.ts';
import type { Lang } from '../core/lang.ts';
import type { PushTo } from '../core/push.ts';
import { type AnsweredPush, type PushPurpose, wordsOfAnswer } from '../core/push-question.ts';
import { say } from '../core/text.ts';
import type { PipelineParts } from './parts.ts';
import { createPushService } from './push.ts';

/** What pushes from outside ask for: their answers are pushed to somebody. */
export const TELL_PURPOSE = 'tell';

/** What is remembered of a push whose answers are pushed on. */
export interface TellSubject {
  readonly to: readonly PushTo[];
  readonly lang: Lang;
}

/** @throws {GatewayError} `internal` for two of one name: the wrong one would be called. */
export function pushPurposesByName(
  purposes: readonly PushPurpose[],
  parts: () => PipelineParts,
): ReadonlyMap<string, PushPurpose> {
  const byName = new Map<string, PushPurpose>();
  const tell: PushPurpose = { name: TELL_PURPOSE, answered: (answer) => pushOn(answer, parts()) };
  for (const purpose of [tell, ...purposes]) {
    if (byName.has(purpose.name)) throw new GatewayError('internal', `two push purposes are called ${purpose.name}`);
    byName.set(purpose.name, purpose);
  }
  return byName;
}

/** A push of its own, known by the question and by who answered it. */
async function pushOn({ key, subject, answer, question }: AnsweredPush, parts: PipelineParts): Promise<void> {
  const { to, lang } = subject as TellSubject;
  const { channel, account } = answer;
  const who = (await parts.store.people.find(channel, account))?.name ?? account;
  const text = `**${say(lang, 'answerTitle', { title: question.title })}**\n\n${say(lang, 'answerTold', { who, what: wordsOfAnswer(question, answer) })}`;
  const content = { kind: 'markdown', text } as const;
  await createPushService(parts).push({ key: `answer ${channel} ${account} ${key}`.slice(0, 200), to, content, lang });
}
