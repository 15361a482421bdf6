import { GatewayError } from '../core/errors.ts';
import type { CardActionEvent } from '../core/event.ts';
import type { PushId } from '../core/ids.ts';
import { pushOfKey } from '../core/keys.ts';
import type { PushMessage } from '../core/push.ts';
import {
  type GivenAnswer,
  parseAnswerValue,
  type QuestionContent,
  readGiven,
  wordsOfAnswer,
} from '../core/push-question.ts';
import type { ActionAnswer } from '../core/reply.ts';
import { say, type TextKey } from '../core/text.ts';
import { pusherOf } from './deliver-push.ts';
import type { PipelineParts, RowOf } from './parts.ts';

/** A pressed button under something that was pushed. */
interface AnswerPress {
  readonly push: PushId;
  readonly message: PushMessage;
  readonly question: QuestionContent;
  readonly given: GivenAnswer;
}

type Unanswerable = 'answerOver' | 'answerNotYours';

/** Whether a press belongs to something that was pushed. */
export function isAnswer({ value }: CardActionEvent): boolean {
  return parseAnswerValue(value) !== undefined;
}

/** Keeps what somebody has answered, the first time, and tells her what is kept. Safe to run twice. */
export async function showAnswer(event: CardActionEvent, parts: PipelineParts): Promise<ActionAnswer> {
  const press = await readAnswer(event, parts);
  if (typeof press === 'string') return toast('warning', press, event.from.lang ?? 'zh');
  const { question, message } = press;
  const lang = event.from.lang ?? message.lang;
  const { kept, isThis } = await keep(press, event, parts);
  const words = wordsOfAnswer(question, kept);
  const told = toast(isThis ? 'success' : 'info', isThis ? 'answerTaken' : 'answerKept', lang, words);
  return { ...told, answered: { question, words, lang, forAll: message.to.kind === 'chat' } };
}

/** Tells whoever asked, once for each answer. Safe to run twice. */
export async function tellAsker(row: RowOf<'card-action'>, parts: PipelineParts, signal: AbortSignal): Promise<void> {
  const { event } = row;
  const press = await readAnswer(event, parts);
  if (typeof press === 'string') return;
  const { store, people, log, pushPurposes } = parts;
  const { kept, isThis } = await keep(press, event, parts);
  if (!isThis || kept.handled) return;
  // From now on she is somebody we know, whose answer is shown to her and can be forgotten.
  await people.identifyNow(event.to.channel, event.from, parts.clock.now());
  const push = await store.pushes.get(press.push);
  if (push?.purpose === undefined) return;
  const asked = pushPurposes.get(push.purpose);
  if (!asked) throw new GatewayError('push_purpose_unknown', `a push wants its answers to go to ${push.purpose}`);
  await asked.answered({ key: push.key, subject: push.subject, answer: kept, question: press.question }, signal);
  await store.pushes.handled(push.id, kept.channel, kept.account);
  log.info('answer told to whoever asked', { push: push.id, channel: kept.channel, purpose: push.purpose });
}

function keep({ push, given }: AnswerPress, { from, to, key }: CardActionEvent, { store, clock }: PipelineParts) {
  return store.pushes.answer({ push, channel: to.channel, account: from.account, key, ...given }, clock.now());
}

/** What stands in a press proves nothing: the message has to be there, ask this, and have gone to whoever pressed. */
async function readAnswer(event: CardActionEvent, parts: PipelineParts): Promise<AnswerPress | Unanswerable> {
  const value = parseAnswerValue(event.value);
  const push = value && pushOfKey(value.push);
  if (!value || push === undefined) return 'answerOver';
  const row = await parts.store.outbox.ofKey(event.to.channel, value.push);
  if (row?.message.kind !== 'push' || row.message.content.kind !== 'question') return 'answerOver';
  const { message } = row;
  if (!(await isReceiver(event, row.message, parts))) return 'answerNotYours';
  const question = row.message.content;
  const given = readGiven(question, value.index, event.form);
  return given ? { push, message, question, given } : 'answerOver';
}

async function isReceiver({ from, to }: CardActionEvent, { to: sentTo }: PushMessage, parts: PipelineParts) {
  if ((await parts.store.people.find(to.channel, from.account))?.hasLeft === true) return false;
  if (sentTo.kind === 'chat') return sentTo.ids.includes(to.chat);
  if (sentTo.kind !== 'user') return true;
  const pusher = pusherOf(sentTo.channel, parts);
  return sentTo.ids.some((one) => (pusher?.accountOf?.(one) ?? one) === from.account);
}

function toast(
  kind: NonNullable<ActionAnswer['toast']>['kind'],
  key: TextKey,
  lang: 'zh' | 'en',
  what = '',
): ActionAnswer {
  return { toast: { kind, text: say(lang, key, { what }), lang } };
}
