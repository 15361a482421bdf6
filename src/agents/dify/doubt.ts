import type { AgentRun } from '../../core/agent.ts';
import type { AppMode } from './config.ts';
import { RefusedError, toAgentError } from './errors.ts';
import { DOUBT_WAITS_MS, SAME_SECOND_MS } from './limits.ts';
import { hasConversations } from './messages.ts';
import type { RecoveryParts } from './recovery.ts';
import { fieldsOf, numberOf, wordOf } from './values.ts';

/** A question that was sent and whose answer never began. */
export interface Doubt {
  /** As it was sent. */
  readonly query: string;
  readonly user: string;
  readonly conversation: string | undefined;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/**
 * What to do about it: go on with the run that it began, or ask again.
 *
 * @param tries - How often it was asked again before.
 * @throws {GatewayError} When it was asked often enough, or when asking again might begin a second run.
 */
export async function settleDoubt(
  parts: RecoveryParts,
  error: unknown,
  doubt: Doubt,
  tries: number,
): Promise<AgentRun | 'again'> {
  const { deps, facts, signal } = parts;
  const failure = toAgentError(error, 'ask');
  const waitMs = DOUBT_WAITS_MS[tries];
  const keeps = hasConversations(facts.mode);
  if (waitMs === undefined || (!keeps && !isRefusedBefore(error))) throw failure;
  // Its words may quote the question.
  deps.log.info('dify gave no answer', { agent: deps.name, tries: tries + 1, code: failure.code });
  await deps.clock.sleep(waitMs * (0.5 + deps.random()), signal);
  const found = keeps ? await findRun(parts, doubt).catch(unknown) : undefined;
  signal.throwIfAborted();
  if (typeof found === 'object') return found;
  if (isRefusedBefore(error) || (found === undefined && isBegunAtOnce(facts.mode))) return 'again';
  throw failure;
}

/** A proxy said it, before the app: nothing has begun that cannot be found. */
function isRefusedBefore(error: unknown): boolean {
  return error instanceof RefusedError && error.refusal.status !== 500;
}

/** Its message is there before the head of the answer is; a flow may still lie in a worker's queue. */
function isBegunAtOnce(mode: AppMode): boolean {
  return hasConversations(mode) && mode !== 'advanced-chat';
}

function unknown(): 'unknown' {
  return 'unknown';
}

/**
 * Looks for the run of such a question among what Dify keeps.
 *
 * @throws {RefusedError} and {HttpError} when Dify cannot be asked.
 */
async function findRun({ api, signal }: RecoveryParts, doubt: Doubt): Promise<AgentRun | undefined> {
  const { query, user, sentAt } = doubt;
  const since = sentAt + api.aheadMs - SAME_SECOND_MS;
  const isNew = (row: unknown): boolean => (numberOf(fieldsOf(row)['created_at']) ?? 0) * 1000 >= since;
  const [newest] = doubt.conversation === undefined ? await api.conversations(user, signal) : [];
  const conversation = doubt.conversation ?? (isNew(newest) ? wordOf(fieldsOf(newest)['id']) : undefined);
  if (conversation === undefined) return undefined;
  const messages = await api.messages(conversation, user, signal);
  const message = wordOf(fieldsOf(messages.find((row) => isNew(row) && fieldsOf(row)['query'] === query))['id']);
  return message === undefined ? undefined : { user, conversation, message };
}
