import { type FailureCode, GatewayError } from '../../core/errors.ts';

/**
 * The vendor's codes in ours. Pages below open.feishu.cn/document: server-docs/api-call-guide/generic-error-code for the
 * 9999…; im-v1/message/create, reply, patch, update and message-resource/get for 23…; cardkit-v1 for 200… and 3003…;
 * feishu-cards/handle-card-callbacks for what a pressed card shows; the rest by the name of their group.
 *
 * What they mean to us:
 * - throttled: wait as told. - unavailable: a retry helps. - token_invalid: fetch a new token.
 * - misconfigured: the operator sets something. - forbidden: the operator has something granted.
 * - content_refused: another form of the same answer may pass. - target_gone: nobody can be reached there.
 * - approval_…: there is no such definition or approval.
 * - update_closed: this message or card cannot change any more. - rejected: our mistake, or unknown.
 */
const CODES: Readonly<Partial<Record<FailureCode, readonly number[]>>> = {
  platform_throttled: [
    99991400, 230020, 232019, 190005, 1000004, 1000005, 11232, 11233, 11247, 1063006,
    // Too many long connections of one app: one of them has to go first.
    1000040350,
  ],
  platform_unavailable: [
    // A card that is just being pressed, a message just being sent: a moment later it works.
    200810, 230049,
    // The vendor's own trouble: cards, long connection, documents, sign-in.
    200220, 300120, 1, 1000040343, 1771001, 1066001, 1066002, 1395001, 20050, 20072,
  ],
  platform_token_invalid: [99991663, 99991664, 99991668, 99991671, 99991677, 20005, 20026, 20037, 20064, 20073],
  platform_misconfigured: [
    10003, 10014, 10015, 99991543, 99991665, 99991673, 99991662, 99991401, 99992361, 514, 20002, 20024, 20048, 20069,
    20070, 20071, 9499, 19021, 19022, 19024, 19001,
    // Bot ability off; external chats not enabled; the card's callback address, as the person sees it.
    230006, 234007, 234009, 200340, 200342, 200343, 200671,
  ],
  platform_forbidden: [
    99991672, 99991679, 403, 230013, 230015, 230018, 230026, 230027, 230035, 230036, 230038, 230050, 230054, 230061,
    234002, 234004, 234038, 234040, 300311, 230017, 40003, 41050, 1770032, 131006, 1063002, 1063004, 20010, 20066,
    20067, 20068,
  ],
  platform_content_refused: [
    230022, 230025, 230028, 230055, 230075, 230099,
    // Causes inside 230099, and the same of CardKit.
    11310, 100290, 200380, 200381, 200550, 200570, 200621, 200732, 200737, 200830, 200860, 200861, 200914, 200915,
    200530, 200672, 200673, 200080, 300000, 300301, 300302, 300303, 300305, 300307, 300310, 300312,
    // Files that the vendor does not take.
    234006, 234010, 234011, 234037, 234039, 300220, 300230, 300240, 19002, 19036, 1770033,
  ],
  platform_target_gone: [
    230002, 230029, 230053, 232009, 230011, 230110, 231003, 230019, 234003, 234043, 1770002, 1770003, 131005, 131012,
    1063005, 20008, 20021, 20022, 20023, 41012, 99992351,
  ],
  approval_template_unknown: [1390002],
  approval_unknown: [1390003],
  platform_update_closed: [
    200740, 200750, 230031, 230071, 230072, 230073, 230074, 230009, 200850, 300309, 300030, 300040, 200310, 300317,
    300121, 300122, 300313, 300314, 300315, 200770,
  ],
  platform_rejected: [
    99991661, 99992402, 230001, 230034, 234001, 10002, 300020, 300090, 100000, 11311, 200341, 1770001, 131001, 131013,
    131014, 131016, 1063001, 1063003, 1390001, 1390007, 1390011, 60012, 20001, 20003, 20004, 20036, 20049, 20063, 20065,
    20027,
  ],
};

const BY_CODE = new Map<number, FailureCode>();
for (const [failure, codes] of Object.entries(CODES) as [FailureCode, readonly number[]][]) {
  for (const code of codes) BY_CODE.set(code, failure);
}
// "An id of some kind does not exist" has a code for each kind (generic-error-code).
for (let code = 99992351; code <= 99992364; code++) {
  if (!BY_CODE.has(code)) BY_CODE.set(code, 'platform_target_gone');
}
// Faults in the sound of an audio element.
for (let code = 300220; code <= 300240; code++) BY_CODE.set(code, 'platform_content_refused');

/** Stands for the code of an answer that is not the vendor's: a proxy's page, a cut body. */
export const NOT_THE_VENDOR = -1;

/** Our code for the vendor's; for one that no page lists, by the HTTP status. */
export function failureOf(code: number, status: number): FailureCode {
  const known = BY_CODE.get(code);
  if (known) return known;
  if (code === NOT_THE_VENDOR) return 'platform_unavailable';
  if (status === 429) return 'platform_throttled';
  if (status >= 500) return 'platform_unavailable';
  if (status === 401) return 'platform_token_invalid';
  return status === 403 ? 'platform_forbidden' : 'platform_rejected';
}

/** A refusal by the vendor, with its own number: the adapter's ladder of fallbacks needs it. */
export class FeishuError extends GatewayError {
  /** The vendor's code; inside a 230099 the one of its cause. */
  readonly vendorCode: number;

  constructor(failure: FailureCode, vendorCode: number, message: string, retryAfterMs?: number) {
    super(failure, message, retryAfterMs === undefined ? {} : { retryAfterMs });
    this.vendorCode = vendorCode;
  }
}

export function vendorCodeOf(error: unknown): number | undefined {
  return error instanceof FeishuError ? error.vendorCode : undefined;
}

export interface Refusal {
  readonly api: string;
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** The vendor's own number of the request, by which its support finds it. */
  readonly logId: string;
  /** How long it asks us to wait; 0 where it does not say. */
  readonly resetMs: number;
}

const DEFAULT_PAUSE_MS = 1_000;

/** Says what a refusal means to us. Its message names the call, the codes and the log id, not what was sent. */
export function refusal(refused: Refusal): FeishuError {
  const cause = refused.code === 230099 ? causeIn(refused.message) : undefined;
  const code = cause ?? refused.code;
  const failure = failureOf(code, refused.status);
  const inside = cause === undefined ? '' : ` (230099)`;
  const hint = HINTS[refused.code] ?? (failure === 'platform_forbidden' ? scopesIn(refused.message) : '');
  const text = `${refused.api}: code ${code}${inside}, HTTP ${refused.status}, log id ${refused.logId || 'none'}${hint}`;
  const pause = failure === 'platform_throttled' ? refused.resetMs || DEFAULT_PAUSE_MS : undefined;
  return new FeishuError(failure, code, text, pause);
}

/** `Failed to create card content, ext=ErrCode: 11310; ErrMsg: …` */
function causeIn(message: string): number | undefined {
  const found = /ErrCode:\s*(\d+)/.exec(message);
  return found ? Number(found[1]) : undefined;
}

/** The scopes that a refusal names, which is all of its text that is worth a log line. */
function scopesIn(message: string): string {
  const scopes = new Set(message.match(/\b[a-z]+(?::[a-z_.]+)+\b/g));
  scopes.delete('https:');
  return scopes.size === 0 ? '' : `; one of these scopes is missing: ${[...scopes].join(', ')}`;
}

const HINTS: Readonly<Record<number, string>> = {
  10003: '; the App ID is wrong',
  10014: '; the App ID is wrong',
  10015: '; the App Secret is wrong',
  99991543: '; App ID and App Secret do not belong together',
  99991401: '; our address is not in the app’s IP allow list (Developer Console, Security Settings)',
  99991662: '; the app is disabled in this tenant',
  99991673: '; the app is not available in this tenant',
  230006: '; the bot ability is off (Developer Console, Add Features, Bot)',
  230013: '; this person is outside the app’s availability range (Version Management, Availability)',
  514: '; App ID and App Secret do not belong together',
  1000040350: '; the app has 50 long connections already',
};
