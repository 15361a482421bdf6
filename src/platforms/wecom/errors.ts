import { type FailureCode, GatewayError } from '../../core/errors.ts';
import { THROTTLED_MS } from './limits.ts';

/** A card under this task_id was sent before. */
export const TASK_ID_USED = 42014;
/** The code for the greeting is used up or too old; who was to be greeted was greeted already, or has begun to talk. */
export const NOT_TO_GREET: ReadonlySet<number> = new Set([41050, 41051]);

/**
 * The vendor's codes in ours (D:90313 and the pages of each API; `D:n` is
 * https://developer.work.weixin.qq.com/document/path/n). Business errors come with HTTP 200.
 *
 * What they mean to us:
 * - throttled: wait as told. - unavailable: a retry helps. - token_invalid: fetch a new token.
 * - misconfigured: the operator sets something. - forbidden: the operator has something granted.
 * - content_refused: another form of the same answer may pass. - target_gone: nobody can be reached there.
 * - approval_…: what was asked for does not fit, or there is no such approval.
 * - update_closed: this message or card cannot change any more. - rejected: our mistake, or unknown.
 */
const CODES: Readonly<Partial<Record<FailureCode, readonly number[]>>> = {
  // Too often; too many at once; unusual traffic.
  platform_throttled: [45009, 45033, 45036],
  platform_unavailable: [
    // The vendor's own trouble; two writers at once; another app is greeting.
    -1, 6000, 45035, 41096, 301057,
    // Long connection: in between; not subscribed on this connection.
    846601, 846602, 846609,
  ],
  platform_token_invalid: [40014, 42001],
  platform_misconfigured: [
    40001, 40013, 40056, 40091, 41001, 41002, 41004, 43012, 45031, 48010, 50001, 50003, 60020, 60031, 301002, 301007,
    301056,
    // Bots and customer service.
    853000, 93019, 850001, 851014, 95011, 95012, 95017,
  ],
  platform_forbidden: [
    48002, 48006, 48007, 48009, 301055, 60030, 81011, 84074, 84061, 851003, 851008, 851013, 95003, 93001, 93004,
  ],
  platform_content_refused: [
    // Files.
    40004, 40005, 40006, 40007, 40009, 40011, 40123, 41006, 44001, 45001, 45007, 301017, 301019, 830002,
    // Texts and articles.
    40008, 40033, 40035, 40063, 41016, 41033, 44004, 45002, 45008, 45034, 85002, 93017, 93018, 95008, 95009, 95030,
  ],
  platform_target_gone: [
    40003, 40031, 40032, 40096, 46004, 50002, 60011, 60111, 81013, 82001, 82002, 82003, 86001, 86003, 86008, 93000,
    93006, 93008,
    // A new contact was greeted by somebody else, or too late.
    41050, 41051,
    // Customer service: the account is gone, the window or the session is closed.
    95000, 95001, 95002, 95004, 95013, 95018, 95031,
  ],
  approval_form_invalid: [301025],
  approval_unknown: [301026],
  platform_update_closed: [60140, 42052, 42015, 42016, 846605, 846608],
  platform_rejected: [
    40058, 40029, 42003, 42022, 84014, 84015, 95005, 95006, 95007, 95014, 95016, 95019, 95020, 95023, 95026, 95027,
    95033,
  ],
};

const BY_CODE = new Map<number, FailureCode>();
for (const [failure, codes] of Object.entries(CODES) as [FailureCode, readonly number[]][]) {
  for (const code of codes) BY_CODE.set(code, failure);
}
// One code for each field of a card that is missing or wrong (D:94888).
for (let code = 42014; code <= 42051; code++) if (!BY_CODE.has(code)) BY_CODE.set(code, 'platform_content_refused');

/** Stands for the code of an answer that is not the vendor's: a proxy's page, a cut body. */
export const NOT_THE_VENDOR = -2;

/** Our code for the vendor's; for one that no page lists, by the HTTP status. */
export function failureOf(code: number, status: number): FailureCode {
  const known = BY_CODE.get(code);
  if (known) return known;
  if (status === 429) return 'platform_throttled';
  return status >= 500 || code === NOT_THE_VENDOR ? 'platform_unavailable' : 'platform_rejected';
}

/** A refusal by the vendor, with its own number: the fallbacks of the adapters need it. */
export class WecomError extends GatewayError {
  readonly vendorCode: number;
  /** Our address as the vendor sees it, where it told. */
  readonly ip: string | undefined;

  constructor(failure: FailureCode, vendorCode: number, message: string, ip?: string) {
    super(failure, message, failure === 'platform_throttled' ? { retryAfterMs: THROTTLED_MS } : {});
    this.vendorCode = vendorCode;
    this.ip = ip;
  }
}

export function vendorCodeOf(error: unknown): number | undefined {
  return error instanceof WecomError ? error.vendorCode : undefined;
}

export interface Refusal {
  /** The operation by a fixed name (`message.send`). */
  readonly api: string;
  readonly status: number;
  readonly code: number;
  /** The vendor's text; only what is known to be harmless is taken from it. */
  readonly message: string;
}

/** Says what a refusal means to us. Its message names the call, the code and the vendor's number of the request. */
export function refusal({ api, status, code, message }: Refusal): WecomError {
  const hint = /hint: \[(\w{1,40})\]/.exec(message)?.[1];
  const ip = /from ip: ([0-9a-fA-F.:]{3,45}?)(?:,|\s|$)/.exec(message)?.[1];
  const what = HINTS[code] ?? '';
  const from = code === 60020 && ip !== undefined ? ` (${ip})` : '';
  const text = `${api}: code ${code}${what}${from}, HTTP ${status}, request ${hint ?? 'unknown'}`;
  return new WecomError(failureOf(code, status), code, text, ip);
}

const HINTS: Readonly<Record<number, string>> = {
  [NOT_THE_VENDOR]: ', an answer that is not WeCom’s',
  40001: ', the secret is wrong or the app is stopped',
  40013: ', the corpid is wrong',
  40056: ', the agentid is wrong',
  40091: ', the secret belongs to another company',
  43012: ', the app has no callback address',
  48002: ', the app may not call this',
  48006: ', the right was withdrawn because it was not used',
  48007: ', the account of customer service is not handed over to this app',
  50003: ', the app is disabled',
  60011: ', the member is outside the app’s visible range',
  60020: ', our address is not among the app’s trusted IPs',
  60030: ', the member is outside the app’s visible range',
  60031: ', the app is banned from the API',
  853000: ', the bot’s secret is wrong',
  93000: ', the webhook’s key is wrong or its robot was removed',
  93019: ', the bot id is wrong',
};
