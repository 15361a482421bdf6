import { type FailureCode, GatewayError, type GatewayErrorOptions } from '../../core/errors.ts';
import type { InLanguages } from '../../core/lang.ts';
import { HttpError } from '../../lib/http-client.ts';
import { fieldsOf, numberOf, textOf } from './values.ts';

/** How Dify, or a proxy before it, said no. */
export interface Refusal {
  readonly status: number;
  /** Dify's word for it; `''` for an answer that is not Dify's (nginx, Cloudflare) and for failures of its workers. */
  readonly code: string;
  /** In English, for the log only: may hold names of providers, addresses, pieces of a stack. */
  readonly message: string;
}

/** A call that Dify refused, before anything was made of it. */
export class RefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`${refusal.status} ${refusal.code}`);
    this.name = 'RefusedError';
    this.refusal = refusal;
  }
}

/** The app and our settings do not fit; every question would fail. */
export class SetupError extends GatewayError {
  readonly words: InLanguages;

  constructor(words: InLanguages) {
    super('agent_misconfigured', `dify app: ${words.en}`);
    this.words = words;
  }
}

export function readRefusal(status: number, contentType: string, body: string): Refusal {
  if (!contentType.includes('json'))
    return { status, code: '', message: `not Dify's answer (${contentType || 'no type'})` };
  try {
    const { code, message } = fieldsOf(JSON.parse(body));
    return { status, code: textOf(code), message: textOf(message) };
  } catch {
    return { status, code: '', message: 'broken JSON' };
  }
}

/** An `error` event of a stream. */
export function readErrorEvent(event: unknown): Refusal {
  const { status, code, message } = fieldsOf(event);
  return { status: numberOf(status) ?? 500, code: textOf(code), message: textOf(message) };
}

/** The conversation is unknown, closed, or somebody else's: a new one is needed. */
export function isConversationGone({ code, message }: Refusal): boolean {
  // Some builds go on with "You have requested this URI …"; a worker's failure has no status of its own.
  return code === 'conversation_completed' || message.startsWith('Conversation Not Exists');
}

/** Nothing was done, so asking again cannot do it twice. */
export function canRepeat(error: unknown): boolean {
  if (error instanceof HttpError) return error.kind === 'connect';
  return error instanceof RefusedError && [429, 502, 503].includes(error.refusal.status);
}

/** Whether a question that got no answer may have begun a run all the same. */
export function isDoubtful(error: unknown): boolean {
  if (error instanceof HttpError) return error.kind === 'broken';
  return error instanceof RefusedError && [500, 502, 503].includes(error.refusal.status);
}

/** @param what - The call, for the log (`chat-messages`). */
export function toAgentError(error: unknown, what: string): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof RefusedError) return refusedError(error.refusal, what);
  if (error instanceof HttpError) return lineError(error, what);
  return new GatewayError('agent_failed', `dify ${what}: unforeseen failure`, { cause: error });
}

export function refusedError(refusal: Refusal, what: string, options?: GatewayErrorOptions): GatewayError {
  const { status, code, message } = refusal;
  return new GatewayError(codeOf(refusal), `dify ${what}: ${status} ${code} ${quote(message)}`.trim(), options);
}

/** A workflow or chatflow that ended as `failed`; `error` is its own words. */
export function runFailedError(error: string): GatewayError {
  return new GatewayError(failedCode(error), `dify run failed: ${quote(error)}`);
}

function lineError(error: HttpError, what: string): GatewayError {
  const code: FailureCode = error.kind === 'timeout' ? 'agent_timeout' : 'agent_unavailable';
  return new GatewayError(error.kind === 'too-large' ? 'agent_failed' : code, `dify ${what}: ${error.message}`, {
    cause: error,
  });
}

/** Dify's words, as its API reference lists them under each call ("Errors"). */
const CODES: ReadonlyMap<string, FailureCode> = new Map(
  Object.entries<FailureCode>({
    unauthorized: 'agent_misconfigured',
    app_unavailable: 'agent_misconfigured',
    agent_not_published: 'agent_misconfigured',
    not_chat_app: 'agent_misconfigured',
    not_workflow_app: 'agent_misconfigured',
    not_completion_app: 'agent_misconfigured',
    provider_not_initialize: 'agent_misconfigured',
    provider_quota_exceeded: 'agent_misconfigured',
    model_currently_not_support: 'agent_misconfigured',
    workflow_version_execution_not_allowed: 'agent_misconfigured',
    completion_request_error: 'agent_model_failed',
    no_file_uploaded: 'agent_rejected_file',
    too_many_files: 'agent_rejected_file',
    filename_not_exists_error: 'agent_rejected_file',
    file_extension_blocked: 'agent_rejected_file',
    file_access_denied: 'agent_rejected_file',
    file_not_found: 'agent_rejected_file',
    file_too_large: 'agent_rejected_file',
    unsupported_file_type: 'agent_rejected_file',
    too_many_requests: 'agent_busy',
    rate_limit_error: 'agent_busy',
  }),
);

function codeOf(refusal: Refusal): FailureCode {
  const known = CODES.get(refusal.code);
  if (known) return known;
  if (refusal.code === 'invalid_param') return invalidCode(refusal.message);
  if (refusal.code === '' && refusal.status === 500) return failedCode(refusal.message);
  return statusCode(refusal);
}

function statusCode({ status, message }: Refusal): FailureCode {
  if (status === 429) return 'agent_busy';
  if (status === 502 || status === 503) return 'agent_unavailable';
  if (status === 504 || status === 524 || status === 522) return 'agent_timeout';
  if (status === 413) return 'agent_rejected_file';
  // Cloud reports the knowledge bases' rate limit as forbidden.
  if (status === 403) return /rate limit/i.test(message) ? 'agent_busy' : 'agent_misconfigured';
  if (status === 401 || status < 400) return 'agent_misconfigured';
  // "Message Not Exists." is something of ours that is gone; else it is a path that the server does not have.
  if (status === 404) return / Not Exists/.test(message) ? 'agent_failed' : 'agent_misconfigured';
  return status === 400 ? 'agent_rejected_input' : 'agent_failed';
}

/** `invalid_param` covers every check of a value, and in a stream every ValueError of a run. */
function invalidCode(message: string): FailureCode {
  if (/^Run failed/i.test(message)) return failedCode(message);
  if (/\bfile\b/i.test(message)) return 'agent_rejected_file';
  if (/is required in input form|does not support/i.test(message)) return 'agent_misconfigured';
  return 'agent_rejected_input';
}

function failedCode(message: string): FailureCode {
  const isModel = /model|llm|invoke|provider|quota|rate.?limit|api.?key|token|credential/i.test(message);
  return isModel ? 'agent_model_failed' : 'agent_failed';
}

/** The first line, for the log: validators put whole inputs into the lines that follow, providers put keys into theirs. */
function quote(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.replace(/\b(?:sk|app|dataset|Bearer)[- ][\w.*-]{6,}/g, '…').slice(0, 200);
}
