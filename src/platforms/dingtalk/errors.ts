import { type FailureCode, GatewayError } from '../../core/errors.ts';
import { ADDRESS_BLOCKED_MS, THROTTLED_MS, WEBHOOK_THROTTLED_MS } from './limits.ts';

/**
 * The vendor's codes in ours: words by the new API, numbers by the old one (there `88` and `15` hold a second code). Pages
 * below open.dingtalk.com/document/development: common-errors and how-to-process-api-throttling-on-the-dingtalk-server for
 * what every call may answer; the-robot-sends-a-group-message, create-and-deliver-cards, api-streamingupdate,
 * custom-robots-send-group-messages, initiate-approval, upload-media-files and download-the-file-content-of-the-robot-receiving-message for
 * theirs.
 *
 * What they mean to us:
 * - throttled: wait as told. - unavailable: a retry helps. - token_invalid: fetch a new token.
 * - misconfigured: the operator sets something. - forbidden: the operator has something granted or bought.
 * - content_refused: another form of the same answer may pass. - target_gone: nobody can be reached there.
 * - approval_…: the form does not fit, there is no such template or approval, or it is over.
 * - update_closed: this card cannot change any more. - rejected: our mistake, or unknown.
 */
const CODES: Readonly<Partial<Record<FailureCode, string>>> = {
  platform_throttled: `
    send.too.fast send.byToken.tooFast toomuch.msg system.busy flowControlled 45009 410100 130101 1111
    90001 90002 90003 90004 90005 90006 90007 90008 90009 90010 90011 90012 90013 90014 90017 90018`,
  platform_unavailable: `
    system.error systemError sysErrror internalError processInstanceStartFailed serviceBusy server.error ServiceUnavailable
    -1 15 88 isp.top-remote-connection-timeout 1430000 1430001 1430002 1430003 1430004`,
  platform_token_invalid: 'InvalidAuthentication 40001 40014 42001',
  platform_misconfigured: `
    invalidClientIdOrSecret authFailed invalid.client unauthorized.client unsupported.grant.type 40089
    Forbidden.AccessDenied.IpNotInWhiteList 60020 310000 40056 invalidAgentId
    chatbotId.notAllow.sendOTO robot.oto.notExist template.stopped bot.stopped 400102 400106
    invalidParameter.robotCode.auth invalidParameter.robotCode.empty invalidParameter.robotCode.invalid
    param.templateUnpublished param.templateNotExist param.cardTemplateId`,
  platform_forbidden: `
    Forbidden.AccessDenied.AccessTokenPermissionDenied Forbidden.AccessDenied.ApiCountLimitForOrg
    needAuth processSetupNoPermission send.forbidden orgAuthLevelNotEnough 60011 90020 90030 50002 50004 20001`,
  platform_content_refused: `
    contain.unsafe.url contain.notAllowed.text contain.notAllowed.picture contain.notAllowed.content
    contentUnsafe 430101 430102 430103 430104 400105 invalidParameter.msgParam.tooLong param.stream.content
    460101 101002 200092 40004 40005 40006 40009`,
  platform_target_gone: `
    60121 33012 staffId.notExisted invalidStaffId conversation.org.notMatch resource.not.found userNotExist
    300001 400013 400101`,
  approval_form_invalid: `
    formConverterError illegalComponent processInstanceInvalidParameter targetSelectApproverMissing
    targetSelectApproverScopeError`,
  approval_template_unknown: 'processCodeError processGetFailed processGroupGetFailed',
  approval_unknown: 'aflowProcessInstNotExist',
  approval_closed: 'aflowProcessInstStatusException',
  platform_update_closed: 'param.cardNotExist param.stream.outTrackId',
  // `unknownError` is nearly always a right or a variable that is missing: trying again costs a call and helps nobody.
  platform_rejected: `
    unknownError notDelivered notRecalled param.cardAlreadyExist param.empty invalidParameter 40035 43004 400002
    param.stream.keyEmpty param.stream.guidEmpty param.stream.isFull param.stream.contentEmpty
    invalidParameter.msgKey.invalid invalidParameter.msgParam.invalid
    invalidParameter.downloadCode invalidParameter.downloadCode.empty`,
};

const BY_CODE = new Map<string, FailureCode>();
for (const [failure, codes] of Object.entries(CODES) as [FailureCode, string][]) {
  for (const code of codes.trim().split(/\s+/)) BY_CODE.set(code.toLowerCase(), failure);
}

/** Stands for the code of an answer that is not the vendor's: a proxy's page, a cut body. */
export const NOT_THE_VENDOR = 'not-the-vendor';
/** Stands for a card that was made and reached nobody (`deliverResults`), and for a person who was held back or is unknown. */
export const NOT_DELIVERED = 'notDelivered';
export const NOT_RECALLED = 'notRecalled';
export const HELD_BACK = 'flowControlled';
export const UNKNOWN_PERSON = 'invalidStaffId';
/** Every call from our address is refused for a while. */
export const ADDRESS_BLOCKED = '1111';

/** Our code for the vendor's; for one that no page lists, by the shape of its name and the HTTP status. */
export function failureOf(code: string, status: number): FailureCode {
  const known = BY_CODE.get(code.toLowerCase());
  if (known) return known;
  if (code === NOT_THE_VENDOR) return 'platform_unavailable';
  // The gateway says so of a token, a robot's API of the robot.
  if (/^unauthorized$/i.test(code)) return status === 401 ? 'platform_token_invalid' : 'platform_forbidden';
  if (/(?:Qps|Qpm)Limit/i.test(code) || status === 429) return 'platform_throttled';
  if (/^contain\.|unsafe/i.test(code)) return 'platform_content_refused';
  if (status >= 500) return 'platform_unavailable';
  if (status === 401) return 'platform_token_invalid';
  return status === 403 ? 'platform_forbidden' : 'platform_rejected';
}

/** A refusal by the vendor, with its own code: the ladder of fallbacks needs it. */
export class DingtalkError extends GatewayError {
  /** The vendor's code; inside an 88 or 15 the one of its cause. */
  readonly vendorCode: string;

  constructor(failure: FailureCode, vendorCode: string, message: string, retryAfterMs?: number) {
    super(failure, message, retryAfterMs === undefined ? {} : { retryAfterMs });
    this.vendorCode = vendorCode;
  }
}

export function vendorCodeOf(error: unknown): string | undefined {
  return error instanceof DingtalkError ? error.vendorCode : undefined;
}

/** The month's calls of the whole organisation are used up; nothing but an answer by the address given helps. */
export function isQuotaGone(error: unknown): boolean {
  return /ApiCountLimitForOrg|^900[23]0$/.test(vendorCodeOf(error) ?? '');
}

export interface Refusal {
  readonly api: string;
  readonly status: number;
  readonly code: string;
  /** The vendor's own number of the request, by which its support finds it. */
  readonly requestId: string;
  /** Rights that the vendor says are missing. */
  readonly scopes?: readonly string[];
  /** What the vendor says of a failed security check; it names no secret. */
  readonly message?: string;
}

/** Says what a refusal means to us. Its message names the call, the code and the request, not what was sent. */
export function refusal(refused: Refusal): DingtalkError {
  const { api, status, code, requestId } = refused;
  const failure = failureOf(code, status);
  const text = `${api}: code ${code}, HTTP ${status}, request ${requestId || 'none'}${hintFor(refused)}`;
  return new DingtalkError(failure, code, text, failure === 'platform_throttled' ? pauseFor(code) : undefined);
}

function pauseFor(code: string): number {
  if (code === ADDRESS_BLOCKED) return ADDRESS_BLOCKED_MS;
  return code === '410100' || code === '130101' ? WEBHOOK_THROTTLED_MS : THROTTLED_MS;
}

function hintFor({ code, scopes = [], message = '' }: Refusal): string {
  if (scopes.length > 0) return `; these rights are missing: ${scopes.join(', ')}`;
  if (code === '60020' || code === '310000') return `; ${message.slice(0, 200)}`;
  return HINTS[code] ?? '';
}

const HINTS: Readonly<Record<string, string>> = {
  invalidClientIdOrSecret: '; Client ID and Client Secret do not belong together',
  authFailed: '; Client ID and Client Secret do not belong together',
  '40089': '; Client ID and Client Secret do not belong together',
  'Forbidden.AccessDenied.IpNotInWhiteList':
    '; our address is not among the app’s egress addresses (Security Settings)',
  'Forbidden.AccessDenied.ApiCountLimitForOrg': '; the organisation’s calls of this month are used up',
  '90020': '; the organisation’s calls of this month are used up',
  'param.templateUnpublished': '; the card template is not published (open-dev.dingtalk.com/fe/card)',
  unknownError:
    '; often a missing right (Card.Instance.Write, Card.Streaming.Write) or no variable DINGTALK_CARD_CONTENT_KEY that streams in the card template',
};
