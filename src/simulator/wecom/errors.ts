/** What each refusal says. Codes from the general list (D:90313) and from the pages of the endpoints. */
const REFUSALS = {
  [-1]: 'system error',
  6000: 'data version conflict',
  40001: 'invalid credential',
  40003: 'invalid userid',
  40004: 'invalid media type',
  40005: 'invalid type parameter',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40031: 'invalid userid list',
  40033: 'invalid request body: \\uXXXX escapes are not supported',
  40056: 'invalid agentid',
  40058: 'invalid request parameter',
  40068: 'invalid tagid',
  40096: 'invalid external userid',
  40123: 'invalid image',
  41001: 'access_token missing',
  41002: 'corpid missing',
  41004: 'secret missing',
  41006: 'media_id missing',
  41050: 'invalid welcome code',
  41051: 'the welcome message was already sent, or the chat has begun',
  42001: 'access_token expired',
  42014: 'task card: invalid task_id',
  42015: 'the card belongs to another app',
  42016: 'unknown task_id',
  42017: 'invalid key of a button',
  42020: 'invalid replace_name of a button',
  42028: 'template card: url missing or invalid',
  42030: 'template card: appid missing or invalid',
  42031: 'template card: invalid card_type',
  42033: 'template card: title missing',
  42035: 'template card: the horizontal_content_list is too long',
  42036: 'template card: the vertical_content_list is too long',
  42037: 'template card: option_list missing or of a wrong length',
  42038: 'template card: text of a button missing',
  42039: 'template card: key of a button missing',
  42042: 'template card: a list is too long',
  42043: 'template card: question_key missing',
  42044: 'template card: url of the card_image missing',
  42045: 'template card: card_action missing',
  42046: 'template card: submit_button missing',
  42049: 'template card: text or key of the submit_button missing',
  42051: 'template card: key of an action is repeated',
  42052: 'the message is too old to be recalled',
  43012: 'the app has no callback URL',
  44001: 'empty media data',
  44004: 'content of the message is empty',
  45001: 'media file is too large',
  45002: 'content of the message is too long',
  45007: 'voice is too long',
  45008: 'too many articles',
  45009: 'api freq out of limit',
  46004: 'user not found',
  48002: 'api forbidden for this credential',
  60011: 'no privilege to access this user',
  60123: 'invalid party id',
  60020: 'not allow to access from your ip',
  60030: 'the servicer is outside the visible scope of the app',
  60111: 'userid not found',
  60140: 'invalid response_code',
  81013: 'all of userid, partyid and tagid are invalid',
  82001: 'touser, toparty and totag are all empty',
  84061: 'no relation to this external contact',
  86001: 'invalid chatid',
  86003: 'the chat does not exist',
  86008: 'the chat belongs to another app',
  93000: 'invalid webhook url, hookid is not exist',
  93006: 'invalid chatid',
  93008: 'not in the group',
  93017: 'content is empty',
  93018: 'the image is too large',
  93019: 'invalid bot id',
  95000: 'invalid open_kfid',
  95001: 'too many messages since the customer last wrote',
  95002: 'the customer has not written within 48 hours',
  95007: 'invalid msgtoken',
  95008: 'too many items in the menu',
  95009: 'invalid item in the menu',
  95013: 'the session has ended',
  95014: 'the member is no servicer of this account',
  95016: 'this change of the session state is not allowed',
  95017: 'the account is not handed over to the API',
  95018: 'the state of the session does not allow sending',
  95019: 'the servicer is off duty',
  95030: 'message type is forbidden',
  95033: 'duplicate msgid',
  301017: 'the voice is not AMR',
  301019: 'md5 does not match',
  301025: 'get approval param error',
  301026: 'get approval detail error',
  301055: 'no permission to call the approval api',
  830002: 'the file is too large to be downloaded without a Range',
  846605: 'invalid req_id',
  846608: 'the stream message has expired',
  846609: 'not subscribed',
  853000: 'invalid secret of the bot',
} as const satisfies Record<number, string>;

export type WecomCode = keyof typeof REFUSALS;

/** A refusal as the vendor gives it: HTTP 200 and a number in the body. */
export class WecomRefusal extends Error {
  readonly code: number;

  constructor(code: WecomCode, detail = '') {
    const text: string = REFUSALS[code];
    super(detail === '' ? text : `${text}, ${detail}`);
    this.name = 'WecomRefusal';
    this.code = code;
  }
}

/** A refusal with a number of the caller's choice; unknown numbers have no text. */
export function refusalOf(code: number): WecomRefusal {
  if (code in REFUSALS) return new WecomRefusal(code as WecomCode);
  return Object.assign(new WecomRefusal(-1), { code, message: 'refused on demand' });
}

let hints = 0;

/** The text as the vendor dresses it; nothing in it is to be relied on. */
export function dressed(text: string, code: number, ip: string): string {
  hints = (hints + 1) % 1_000_000;
  const hint = `17672256${String(hints).padStart(6, '0')}`;
  return `${text}, hint: [${hint}], from ip: ${ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${code}`;
}
