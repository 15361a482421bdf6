/** What each refusal of the API says: HTTP status and text. Codes from the pages of the endpoints and the general list. */
const REFUSALS = {
  10002: [400, 'invalid parameter'],
  10003: [400, 'invalid app_id'],
  10015: [400, 'app_secret is wrong'],
  11310: [400, 'card table number over limit'],
  40003: [400, 'no authority over this user'],
  100290: [400, 'invalid user resource'],
  100000: [400, 'card content is too large'],
  200380: [400, 'template does not exist'],
  200570: [400, 'invalid image key'],
  200621: [400, 'parse card json err'],
  200740: [400, 'the card does not exist'],
  200750: [400, 'the card entity has expired'],
  200770: [400, 'uuid was used for another operation'],
  200810: [400, 'the card is in interaction'],
  200830: [400, 'a card of schema 2.0 can only be replaced by one of schema 2.0'],
  200850: [400, 'the streaming mode has timed out'],
  200860: [400, 'the card is larger than 30 KB'],
  200861: [400, 'cards of schema V2 no longer support this capability'],
  19001: [400, 'param invalid: incoming webhook access token invalid'],
  19002: [400, 'params error'],
  19021: [400, 'sign match fail or timestamp is not within one hour from current time'],
  19024: [400, 'Key Words Not Found'],
  19036: [400, 'the request body is too large'],
  11232: [400, 'frequency limited'],
  230001: [400, 'Your request contains an invalid request parameter'],
  230002: [400, 'The bot is not in the group'],
  230009: [400, 'The message is too old to be recalled'],
  230011: [400, 'The message was withdrawn'],
  230013: [400, 'The bot has no availability to this user'],
  230017: [400, 'The bot is not the owner of the resource'],
  230019: [400, 'The topic does not exist'],
  230020: [400, 'This operation triggers the frequency limit'],
  230025: [400, 'The length of the message content reaches its limit'],
  230026: [400, 'No permission to recall this message'],
  230027: [400, 'Lack of necessary permissions'],
  230031: [400, 'The card is older than 14 days'],
  230034: [400, 'The receive_id is invalid'],
  230055: [400, 'The type of the file upload does not match the type of message being sent'],
  230071: [400, 'The operator is not the sender of the message'],
  230072: [400, 'The message has reached the number of times it can be edited'],
  230073: [400, 'The message cannot be edited'],
  230099: [400, 'Failed to create card content'],
  230110: [400, 'The message has been deleted'],
  231003: [400, 'The message was not found'],
  232009: [400, 'The chat has been dissolved'],
  234001: [400, 'Invalid request param'],
  234003: [400, 'File not in msg'],
  234004: [400, 'The app is not in the chat'],
  234006: [400, 'The file size exceeds the max value'],
  234010: [400, "File's size can't be 0"],
  234011: [400, 'Cannot recognise the image format'],
  234037: [400, 'The file is too large to be downloaded'],
  234043: [400, 'Unsupported message type'],
  300020: [400, 'the token of the card is malformed'],
  300030: [400, 'the token of the card has expired'],
  300040: [400, 'the token of the card was used too often'],
  300120: [400, 'internal error of the card service'],
  300301: [400, 'element_id is repeated'],
  300302: [400, 'update_multi must not be false'],
  300303: [400, 'only cards of schema 2.0 are supported'],
  300305: [400, 'the card has more than 200 elements'],
  300307: [400, 'the content is empty'],
  300309: [400, 'the streaming mode is closed'],
  300310: [400, 'the element does not hold text'],
  300311: [400, 'the app does not own the card'],
  300312: [400, 'the tag of an element cannot be changed'],
  300313: [400, 'the element to update was not found'],
  300314: [400, 'the element to delete was not found'],
  300315: [400, 'the elements could not be added'],
  300317: [400, 'the sequence is not larger than the last one'],
  60012: [400, 'uuid conflict'],
  1390001: [400, 'param is invalid'],
  1390002: [400, 'approval code not found'],
  1390003: [400, 'instance code not found'],
  1390007: [400, 'subscription existed'],
  99991400: [429, 'request trigger frequency limit'],
  99991543: [400, 'app_id and app_secret do not match'],
  99991661: [400, 'Missing access token for authorization'],
  99991663: [400, 'Invalid access token for authorization'],
  99991671: [400, 'The access token has a wrong prefix: it must start with t- or u-'],
  99991672: [400, 'Access denied'],
  99992351: [400, 'The id does not exist'],
  99992357: [400, 'The department does not exist'],
  99992361: [400, 'The open_id belongs to another app'],
  99992402: [400, 'field validation failed'],
} as const satisfies Record<number, readonly [status: number, text: string]>;

export type FeishuCode = keyof typeof REFUSALS;

/** A refusal as the vendor gives it. */
export class FeishuRefusal extends Error {
  readonly code: FeishuCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What stands beside `log_id` in `error`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: FeishuCode,
    detail = '',
    options: { headers?: Readonly<Record<string, string>>; extra?: Readonly<Record<string, unknown>> } = {},
  ) {
    const [status, text] = REFUSALS[code];
    super(detail === '' ? text : `${text}, ${detail}`);
    this.name = 'FeishuRefusal';
    this.code = code;
    this.status = status;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

/** A card that the message API will not take: the reason stands inside the text of 230099. */
export function cardRefusal(inner: number, text: string): FeishuRefusal {
  return new FeishuRefusal(230099, `ext=ErrCode: ${inner}; ErrMsg: ${text}; ErrorValue: `);
}
