import type { AgentRun, AnswerFile, Citation } from '../../core/agent.ts';
import type { DifyApi } from './api.ts';
import type { AppMode } from './config.ts';
import { RefusedError } from './errors.ts';
import { MAX_RUN_MS } from './limits.ts';
import { hasConversations } from './messages.ts';
import { answerOf, filesIn, readCitations, readFile } from './results.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './values.ts';

/** What Dify has kept of a run. */
export type StoredRun =
  | {
      readonly kind: 'finished';
      /** The answer as Dify has it: reasoning and relative links included. */
      readonly raw: string;
      readonly citations: readonly Citation[];
      readonly files: readonly AnswerFile[];
      /** Of messages since Dify 1.16, of workflows ever. */
      readonly tokens?: number;
      /** It is a flow that has come to its end. */
      readonly succeeded?: true;
    }
  | { readonly kind: 'running' }
  | { readonly kind: 'lost' };

const LOST: StoredRun = { kind: 'lost' };

export interface LookUp {
  readonly api: DifyApi;
  readonly mode: AppMode;
  /** For workflows. */
  readonly outputKey: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Reads a run again, without asking anything. A completion app keeps nothing that its API would show.
 *
 * @throws {RefusedError} and {HttpError} when Dify cannot be asked; "there is no such run" is `lost`.
 */
export async function lookUpRun(lookUp: LookUp, run: AgentRun, signal: AbortSignal): Promise<StoredRun> {
  try {
    if (lookUp.mode === 'workflow') return await lookUpWorkflow(lookUp, run, signal);
    return await lookUpMessage(lookUp, run, signal);
  } catch (error) {
    if (error instanceof RefusedError && error.refusal.status === 404) return LOST;
    throw error;
  }
}

async function lookUpMessage({ api, mode, now }: LookUp, run: AgentRun, signal: AbortSignal): Promise<StoredRun> {
  if (!hasConversations(mode) || run.conversation === undefined || run.message === undefined) return LOST;
  const messages = await api.messages(run.conversation, run.user, signal);
  const message = messages.map(fieldsOf).find(({ id }) => id === run.message);
  if (!message || message['status'] === 'error') return LOST;
  const raw = textOf(message['answer']);
  if (raw === '') return unfinished(message, now);
  return {
    kind: 'finished',
    raw,
    citations: readCitations(message['retriever_resources']),
    files: listOf(message['message_files'])
      .map((file) => readFile(file, api.host))
      .filter((file) => file !== undefined),
    ...tokensOf(message),
  };
}

async function lookUpWorkflow({ api, outputKey, now }: LookUp, run: AgentRun, signal: AbortSignal): Promise<StoredRun> {
  if (run.workflow === undefined) return LOST;
  const stored = fieldsOf(await api.workflowRun(run.workflow, signal));
  const status = textOf(stored['status']);
  if (status === 'running') return unfinished(stored, now);
  if (status !== 'succeeded' && status !== 'partial-succeeded') return LOST;
  const outputs = parsed(stored['outputs']);
  const raw = answerOf(outputs, outputKey);
  const files = filesIn(outputs, api.host);
  return { kind: 'finished', raw, citations: [], files, succeeded: true, ...tokensOf(stored) };
}

function tokensOf(stored: Fields): { readonly tokens?: number } {
  const tokens = numberOf(stored['total_tokens']) ?? 0;
  return tokens > 0 ? { tokens } : {};
}

/** The row is there from the start and filled at the end; one whose run crashed stays as it is. */
function unfinished(stored: Fields, now: number): StoredRun {
  const createdAt = (numberOf(stored['created_at']) ?? 0) * 1000;
  return now - createdAt < MAX_RUN_MS ? { kind: 'running' } : LOST;
}

/** Some releases give the outputs as a string of JSON. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return { text: value };
  }
}
