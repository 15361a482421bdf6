import type { AfterForm, AgentForm, AgentRun, AnswerFile, Paused } from '../core/agent.ts';
import { GatewayError, toGatewayError } from '../core/errors.ts';
import type { AgentName, TurnId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import type { PushTo } from '../core/push.ts';
import type { AnsweredPush, PushAnswer, PushPurpose } from '../core/push-question.ts';
import { hasText, say } from '../core/text.ts';
import { type Answer, behind, type Said } from '../replies/answer.ts';
import type { PipelineParts } from './parts.ts';
import { createPushService, MAX_KEY_CHARS, type PushRequest } from './push.ts';
import type { TurnContext } from './turn-context.ts';

const PURPOSE = 'agent-form';

/** What is remembered of a form while somebody thinks about it; JSON. */
interface Asked {
  readonly agent: AgentName;
  readonly run: AgentRun;
  readonly turn: TurnId;
  readonly form: AgentForm;
  readonly said: Said;
  /** Whoever fills it in, and where the answer belongs. */
  readonly asker: PushTo;
  readonly to: PushTo;
  readonly lang: Lang;
}

/**
 * Asks whoever put the question to fill in the form that the agent waits for, by a push of its own. Safe to run twice.
 *
 * @returns Whether she is asked: not every form can be filled in here, nor on every platform.
 */
export async function askForm(context: TurnContext, answer: Answer, parts: PipelineParts): Promise<boolean> {
  const { paused, run } = answer;
  if (paused?.what.form === undefined || run === undefined || context.agent.fill === undefined) return false;
  const { turn, row, lang, agent } = context;
  const { channel, kind, chat } = turn.to;
  const asker: PushTo = { kind: 'user', channel, id: row.event.from.account };
  const to: PushTo = kind === 'direct' ? asker : { kind: 'chat', channel, id: chat };
  const { form } = paused.what;
  return ask(
    { agent: agent.name, run, turn: turn.id, form, said: paused.said, asker, to, lang },
    paused.what.text,
    parts,
  );
}

async function ask(asked: Asked, text: string, parts: PipelineParts, again = ''): Promise<boolean> {
  const { form, lang, asker, turn } = asked;
  const { choices, answers } = form;
  const title = form.title || say(lang, 'formTitle');
  const request: PushRequest = {
    key: keyOf(`form${again}`, asked),
    to: [asker],
    content: { kind: 'question', title, text, choices, answers },
    lang,
    answers: { purpose: PURPOSE, subject: asked },
  };
  try {
    await createPushService(parts).push(request);
    return true;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.failure.retry !== 'never') throw error;
    parts.log.info('form not asked for here', {
      turn,
      channel: asker.kind === 'user' ? asker.channel : '',
      code: error.code,
    });
    return false;
  }
}

/** Hands in what somebody has chosen and pressed, and brings what comes of it to where the question was put. */
export function formAnswers(parts: () => PipelineParts): PushPurpose {
  return { name: PURPOSE, answered: (answered, signal) => follow(answered, parts(), signal) };
}

async function follow({ subject, answer, question }: AnsweredPush, parts: PipelineParts, signal: AbortSignal) {
  const asked = subject as Asked;
  const { form, lang, run } = asked;
  const values = valuesOf(form, answer);
  if (form.choices.some(({ name }) => !(name in values))) {
    await ask(asked, `${question.text}\n\n${say(lang, 'formIncomplete')}`, parts, ` ${answer.at}`);
    return;
  }
  const agent = parts.agents.get(asked.agent)?.agent;
  if (!agent?.fill) throw new GatewayError('push_purpose_unknown', `the agent ${asked.agent} fills in no forms`);
  const filled = { token: form.token, answer: answer.button, values };
  const after = await agent.fill(run, filled, lang, signal).catch((error: unknown) => excuse(error, signal));
  await tell(after, asked, parts);
}

function valuesOf({ preset, choices }: AgentForm, answer: PushAnswer): Readonly<Record<string, string>> {
  const chosen = choices.flatMap(({ name }) => (answer.choices[name] ?? []).map((value) => [name, value] as const));
  return { ...preset, ...Object.fromEntries(chosen) };
}

interface Excuse {
  readonly kind: 'failed';
  readonly code: GatewayError['code'];
}

/** What may pass is tried again, and an agent that is away is no reason to ask her anew; what stays is told. */
function excuse(thrown: unknown, signal: AbortSignal): Excuse {
  signal.throwIfAborted();
  const error = toGatewayError(thrown);
  if (error.code === 'agent_unavailable') throw new GatewayError('agent_busy', error.message, { cause: error });
  if (error.failure.retry !== 'never') throw error;
  return { kind: 'failed', code: error.code };
}

async function tell(after: AfterForm | Excuse, asked: Asked, parts: PipelineParts): Promise<void> {
  const { lang, said } = asked;
  switch (after.kind) {
    case 'failed':
      return push(say(lang, hasText(after.code) ? after.code : 'internal'), asked, parts);
    case 'expired':
      return push(say(lang, 'formExpired'), asked, parts);
    case 'paused':
      return askNext(after, asked, parts);
    case 'finished':
      await push(behind(said, after.answer) || say(lang, 'formDone'), asked, parts);
      return pushFiles(after.files, asked, parts);
  }
}

async function pushFiles(files: readonly AnswerFile[], asked: Asked, parts: PipelineParts): Promise<void> {
  for (const [index, file] of files.entries())
    await send(asked, ` file ${index}`, { kind: 'file', text: '', file }, parts);
}

async function askNext(next: Paused, asked: Asked, parts: PipelineParts): Promise<void> {
  const isAsked = next.form !== undefined && (await ask({ ...asked, form: next.form }, next.text, parts));
  if (!isAsked) await push(`${next.text}\n\n${say(asked.lang, 'paused')}`, asked, parts);
}

function push(text: string, asked: Asked, parts: PipelineParts): Promise<void> {
  return send(asked, '', { kind: 'markdown', text }, parts);
}

async function send(asked: Asked, what: string, content: PushRequest['content'], parts: PipelineParts): Promise<void> {
  const { to, lang } = asked;
  await createPushService(parts).push({ key: keyOf(`form answer${what}`, asked), to: [to], content, lang });
}

/** What it is stands first: a form's own name may be so long that the end of it is left out. */
function keyOf(what: string, { turn, form }: Asked): string {
  return `${what} ${turn} ${form.token}`.slice(0, MAX_KEY_CHARS);
}
