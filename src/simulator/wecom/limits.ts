/**
 * The vendor's numbers. `D:n` is https://developer.work.weixin.qq.com/document/path/n; what is assumed or was only seen
 * in the field says so.
 */
export interface WecomLimits {
  /** Life of an access_token, in seconds. (D:91039) */
  readonly tokenSeconds: number;
  /** Calls of one API by one corp, and how long it is closed afterwards. (D:90312) */
  readonly perApiPerMinute: number;
  readonly perApiPerHour: number;
  readonly blockMs: number;
  readonly blockHourMs: number;

  /** How long a callback waits for its answer. (D:90238) */
  readonly ackMs: number;
  /** How long the check of a callback address waits. (D:90930) */
  readonly checkMs: number;
  /** Waits before each further try: three in all (D:90238); the pauses are assumed. */
  readonly redeliverAfterMs: readonly number[];

  /** text.content: longer is cut. (D:90236) */
  readonly textBytes: number;
  /** markdown.content. (D:90236) */
  readonly markdownBytes: number;
  readonly titleBytes: number;
  readonly descriptionBytes: number;
  readonly urlBytes: number;
  readonly articles: number;
  readonly receivers: number;
  readonly parties: number;
  /** Messages of one app to one member: what is more is dropped, with errcode 0. (D:90236) */
  readonly perMemberPerMinute: number;
  readonly perMemberPerHour: number;
  /** Default and longest interval of the duplicate check. (D:90236) */
  readonly duplicateMs: number;
  readonly duplicateMaxMs: number;
  /** Life of a response_code. (D:94888) */
  readonly responseCodeMs: number;
  /** How long a message can be recalled. (D:94867) */
  readonly recallMs: number;
  readonly cardKeyBytes: number;
  readonly taskIdBytes: number;

  /** Life of a media_id. (D:90253) */
  readonly mediaMs: number;
  readonly mediaMinBytes: number;
  readonly imageBytes: number;
  readonly voiceBytes: number;
  readonly videoBytes: number;
  readonly fileBytes: number;
  /** A download above this needs a Range. (D:90254) */
  readonly rangeBytes: number;
  /** An image of `media/uploadimg`. (D:90256) */
  readonly permanentImageBytes: number;

  /** Calls of each approval API. (D:91853 and its neighbours) */
  readonly approvalsPerMinute: number;

  /** Messages of one webhook. (D:99110) */
  readonly robotPerMinute: number;
  readonly robotMarkdownBytes: number;
  readonly robotImageBytes: number;

  /** Text of a bot's message. (D:101031) */
  readonly botContentBytes: number;
  /** From the person's message (callback URL, D:101031) or from the first frame (long connection, D:101463) to the end of a stream. */
  readonly streamWindowMs: number;
  /** Between two polls of a stream. (undocumented; about a second) */
  readonly streamPollMs: number;
  /** Messages of one person that a bot works on at once. (D:100719) */
  readonly interactions: number;
  /** Life of a response_url. (D:101138) */
  readonly responseUrlMs: number;
  /** Life of a media address. (D:100719) */
  readonly mediaUrlMs: number;
  /** Time to answer an opened chat or a pressed card. (D:101027) */
  readonly botEventMs: number;
  /** How long a message can be answered over the long connection. (D:101463) */
  readonly answerMs: number;
  readonly msgItems: number;
  readonly msgItemBytes: number;
  readonly feedbackIdBytes: number;
  /** Messages of a bot to one chat. (D:101463) */
  readonly botPerMinute: number;
  readonly botPerHour: number;
  /** Chunks of an upload, before base64. (D:101463) */
  readonly chunkBytes: number;
  readonly chunks: number;
  readonly uploadMs: number;
  readonly uploadsPerMinute: number;
  readonly uploadsPerHour: number;
  /** Subscriptions of one bot; the vendor refuses "too many" with 45009 (D:101463), the number is assumed. */
  readonly subscribesPerMinute: number;

  /** Life of the token of a callback. (D:94670) */
  readonly kfTokenMs: number;
  /** How far back messages can be read. (D:94670) */
  readonly kfHistoryMs: number;
  readonly kfPage: number;
  readonly kfCursorBytes: number;
  /** Reads of one account without a token: "strictly limited" (D:94670), the number is assumed. */
  readonly kfUntokenedPerMinute: number;
  /** Answers to one message of a customer, and until when. (D:94677) */
  readonly kfMessages: number;
  readonly kfWindowMs: number;
  readonly kfTextBytes: number;
  readonly kfMenuItems: number;
  readonly kfMenuButtons: number;
  readonly kfMenuItemsOnEvent: number;
  /** Life of a welcome code and of the code at the end of a session; and of those given in between. (D:95122) */
  readonly kfWelcomeMs: number;
  readonly kfCodeMs: number;
  /** A session ends by itself. (D:94669) */
  readonly kfSessionMs: number;

  /** Life of the welcome code of a new contact. (D:92137) */
  readonly contactWelcomeMs: number;
  readonly contactTextBytes: number;
  readonly contactAttachments: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;

export const WECOM_LIMITS: WecomLimits = {
  tokenSeconds: 7200,
  perApiPerMinute: 10_000,
  perApiPerHour: 150_000,
  blockMs: MINUTE,
  blockHourMs: HOUR,
  ackMs: 5000,
  checkMs: 1000,
  redeliverAfterMs: [1000, 1000],
  textBytes: 2048,
  markdownBytes: 2048,
  titleBytes: 128,
  descriptionBytes: 512,
  urlBytes: 2048,
  articles: 8,
  receivers: 1000,
  parties: 100,
  perMemberPerMinute: 30,
  perMemberPerHour: 1000,
  duplicateMs: 1800_000,
  duplicateMaxMs: 4 * HOUR,
  responseCodeMs: 72 * HOUR,
  recallMs: DAY,
  cardKeyBytes: KIB,
  taskIdBytes: 128,
  mediaMs: 3 * DAY,
  mediaMinBytes: 5,
  imageBytes: 10 * MIB,
  voiceBytes: 2 * MIB,
  videoBytes: 10 * MIB,
  fileBytes: 20 * MIB,
  rangeBytes: 20 * MIB,
  permanentImageBytes: 2 * MIB,
  approvalsPerMinute: 600,
  robotPerMinute: 20,
  robotMarkdownBytes: 4096,
  robotImageBytes: 2 * MIB,
  botContentBytes: 20_480,
  streamWindowMs: 6 * MINUTE,
  streamPollMs: 1000,
  interactions: 3,
  responseUrlMs: HOUR,
  mediaUrlMs: 5 * MINUTE,
  botEventMs: 5000,
  answerMs: DAY,
  msgItems: 10,
  msgItemBytes: 10 * MIB,
  feedbackIdBytes: 256,
  botPerMinute: 30,
  botPerHour: 1000,
  chunkBytes: 512 * KIB,
  chunks: 100,
  uploadMs: 30 * MINUTE,
  uploadsPerMinute: 30,
  uploadsPerHour: 1000,
  subscribesPerMinute: 30,
  kfTokenMs: 10 * MINUTE,
  kfHistoryMs: 3 * DAY,
  kfPage: 1000,
  kfCursorBytes: 64,
  kfUntokenedPerMinute: 60,
  kfMessages: 5,
  kfWindowMs: 48 * HOUR,
  kfTextBytes: 2048,
  kfMenuItems: 50,
  kfMenuButtons: 10,
  kfMenuItemsOnEvent: 10,
  kfWelcomeMs: 20_000,
  kfCodeMs: 48 * HOUR,
  kfSessionMs: 48 * HOUR,
  contactWelcomeMs: 20_000,
  contactTextBytes: 4000,
  contactAttachments: 9,
};
