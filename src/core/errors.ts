import type { InLanguages } from './lang.ts';

/** What a failure means to the queue, to an HTTP caller and to the people. */
export interface Failure {
  /** `never` gives up, `backoff` waits longer each time, `when-told` waits as long as the vendor said. */
  readonly retry: 'never' | 'backoff' | 'when-told';
  readonly status: number;
  /** Who has to know: the person in the chat, the operator, or nobody (somebody forged, or a retry settles it). */
  readonly tell: 'person' | 'operator' | 'nobody';
}

const FAILURES = {
  // Deliveries that are refused.
  signature_missing: { retry: 'never', status: 401, tell: 'nobody' },
  signature_invalid: { retry: 'never', status: 401, tell: 'nobody' },
  timestamp_stale: { retry: 'never', status: 401, tell: 'nobody' },
  nonce_replayed: { retry: 'never', status: 401, tell: 'nobody' },
  token_mismatch: { retry: 'never', status: 401, tell: 'nobody' },
  app_mismatch: { retry: 'never', status: 403, tell: 'operator' },
  decrypt_failed: { retry: 'never', status: 400, tell: 'operator' },
  body_malformed: { retry: 'never', status: 400, tell: 'nobody' },
  body_too_large: { retry: 'never', status: 413, tell: 'nobody' },
  channel_unknown: { retry: 'never', status: 404, tell: 'operator' },
  channel_unconfigured: { retry: 'never', status: 403, tell: 'operator' },
  // The store.
  store_unavailable: { retry: 'backoff', status: 503, tell: 'operator' },
  store_locked: { retry: 'never', status: 503, tell: 'operator' },
  store_key_unknown: { retry: 'never', status: 500, tell: 'operator' },
  store_text_damaged: { retry: 'never', status: 500, tell: 'operator' },
  lease_lost: { retry: 'never', status: 409, tell: 'nobody' },
  // Calls to a platform.
  platform_throttled: { retry: 'when-told', status: 503, tell: 'nobody' },
  platform_unavailable: { retry: 'backoff', status: 503, tell: 'nobody' },
  platform_token_invalid: { retry: 'backoff', status: 503, tell: 'operator' },
  platform_misconfigured: { retry: 'never', status: 500, tell: 'operator' },
  platform_forbidden: { retry: 'never', status: 500, tell: 'operator' },
  platform_rejected: { retry: 'never', status: 500, tell: 'operator' },
  platform_content_refused: { retry: 'never', status: 500, tell: 'person' },
  platform_target_gone: { retry: 'never', status: 410, tell: 'nobody' },
  platform_update_closed: { retry: 'never', status: 409, tell: 'nobody' },
  // Pushes.
  push_malformed: { retry: 'never', status: 400, tell: 'nobody' },
  push_conflict: { retry: 'never', status: 409, tell: 'nobody' },
  push_unreachable: { retry: 'never', status: 422, tell: 'nobody' },
  push_purpose_unknown: { retry: 'never', status: 500, tell: 'operator' },
  // Agents.
  agent_unavailable: { retry: 'never', status: 503, tell: 'person' },
  agent_busy: { retry: 'backoff', status: 503, tell: 'person' },
  agent_timeout: { retry: 'never', status: 504, tell: 'person' },
  agent_misconfigured: { retry: 'never', status: 500, tell: 'person' },
  agent_model_failed: { retry: 'never', status: 502, tell: 'person' },
  agent_rejected_input: { retry: 'never', status: 422, tell: 'person' },
  agent_rejected_file: { retry: 'never', status: 422, tell: 'person' },
  agent_failed: { retry: 'never', status: 502, tell: 'person' },
  // Files.
  file_gone: { retry: 'never', status: 410, tell: 'person' },
  file_too_large: { retry: 'never', status: 413, tell: 'person' },
  url_forbidden: { retry: 'never', status: 403, tell: 'operator' },
  // Approvals.
  approval_form_invalid: { retry: 'never', status: 422, tell: 'operator' },
  approval_template_unknown: { retry: 'never', status: 404, tell: 'operator' },
  approval_unknown: { retry: 'never', status: 404, tell: 'operator' },
  approval_closed: { retry: 'never', status: 409, tell: 'nobody' },
  approval_unsupported: { retry: 'never', status: 501, tell: 'operator' },
  approval_purpose_unknown: { retry: 'never', status: 500, tell: 'operator' },
  approval_pending: { retry: 'backoff', status: 409, tell: 'nobody' },
  // Turns and actions.
  turn_expired: { retry: 'never', status: 410, tell: 'person' },
  action_unknown: { retry: 'never', status: 400, tell: 'person' },
  limit_too_small: { retry: 'never', status: 500, tell: 'operator' },
  // The operator's side.
  config_invalid: { retry: 'never', status: 500, tell: 'operator' },
  not_authorized: { retry: 'never', status: 401, tell: 'nobody' },
  not_found: { retry: 'never', status: 404, tell: 'nobody' },
  overloaded: { retry: 'backoff', status: 503, tell: 'nobody' },
  internal: { retry: 'backoff', status: 500, tell: 'person' },
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof FAILURES;

export interface GatewayErrorOptions {
  readonly cause?: unknown;
  /** How long the vendor asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Words for the person's sentence (a file's name, a limit); no secrets, no message text. */
  readonly details?: Readonly<Record<string, string>>;
}

/**
 * The one error of the gateway. Its message is for the log: what was tried and with what, never a secret and never what
 * somebody wrote. Thrown where the fact is known, caught at the webhook, the queue worker and the admin API.
 */
export class GatewayError extends Error {
  readonly code: FailureCode;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: FailureCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
  }

  get failure(): Failure {
    return FAILURES[this.code];
  }
}

/** One whose reader is at a terminal: a whole sentence with what to do, in her language. */
export class WordedError extends GatewayError {
  readonly words: InLanguages;

  constructor(code: FailureCode, words: InLanguages, options: GatewayErrorOptions = {}) {
    super(code, words.en, options);
    this.words = words;
  }
}

/** Whether the answer stays the same until somebody changes something. */
export function isFinal(error: unknown): boolean {
  return error instanceof GatewayError && error.failure.retry === 'never';
}

/** Everything that is thrown becomes one of ours; what we did not foresee is `internal`. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new GatewayError('internal', `unforeseen ${name}`, { cause: error });
}

export const FAILURE_TABLE: Readonly<Record<FailureCode, Failure>> = FAILURES;

/** The end of a switch over a union: a new member does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new GatewayError('internal', `a case is missing for ${JSON.stringify(value)?.slice(0, 40)}`);
}
