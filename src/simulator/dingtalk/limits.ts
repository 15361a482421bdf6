/**
 * The vendor's numbers. Pages are below open.dingtalk.com/document/development; what is assumed or was only seen in the field
 * says so.
 */
export interface DingtalkLimits {
  /** Life of a token, in seconds. (obtain-the-access-token-of-an-internal-app) */
  readonly tokenSeconds: number;
  /** Calls of one API by one app in a second. (how-to-process-api-throttling-on-the-dingtalk-server) */
  readonly perApiPerSecond: number;
  /** Calls and pushes of the organisation in a month; standard edition since 2025-11-19. (…application-development-platform-billing-model) */
  readonly callsPerMonth: number;
  readonly pushesPerMonth: number;

  /** Life of a ticket of the Stream gateway. (opensource.dingtalk.com/developerpedia, Stream protocol) */
  readonly ticketMs: number;
  /** Between two `ping` frames; seen in the field. */
  readonly pingMs: number;
  /** From `disconnect` to the end of the line. (developerpedia, Stream protocol) */
  readonly farewellMs: number;
  /** How long a pushed message waits for its ack before each further push; seen in the field, the number of pushes is assumed. */
  readonly redeliverAfterMs: readonly number[];
  /** How long an event waits for its ack, and before each further push. (develop-stream-mode-push-server) */
  readonly eventAckMs: number;
  readonly eventRedeliverAfterMs: readonly number[];
  /** How long a push over HTTP waits. (appendix-b-proposals-for-rational-use-of-resources) */
  readonly httpAckMs: number;
  /** How long a pressed button waits. (event-callback-card) */
  readonly pressMs: number;

  /** Life of a sessionWebhook; seen in the field. */
  readonly sessionMs: number;
  /** Messages into one conversation by its sessionWebhooks; assumed, like a group's robot (custom-robots-send-group-messages). */
  readonly sessionPerMinute: number;
  /** Body of a webhook's message. (custom-robots-send-group-messages) */
  readonly webhookBytes: number;
  readonly mentions: number;
  /** Messages of a group's own robot, how long it is closed above, and how far its timestamp may be off. (customize-robot-security-settings) */
  readonly groupRobotPerMinute: number;
  readonly groupRobotBanMs: number;
  readonly signWindowMs: number;
  /** Work notifications: `msg`, people of one call, and those of one person in a day. (asynchronous-sending-of-enterprise-session-messages) */
  readonly noticeBytes: number;
  readonly noticeReceivers: number;
  readonly noticesPerDay: number;
  /** People of one `batchSend`. (chatbots-send-one-on-one-chat-messages-in-batches) */
  readonly receivers: number;
  /** `msgParam`. (the-robot-sends-a-group-message) */
  readonly paramBytes: number;
  /** Messages of one robot. (common-errors, `toomuch.msg`) */
  readonly robotPerMinute: number;
  /** How long a message can be recalled and asked about, and how many at once. (batch-message-recall-chat) */
  readonly recallMs: number;
  readonly recallKeys: number;

  /** Uploads. (upload-media-files) */
  readonly imageBytes: number;
  readonly voiceBytes: number;
  readonly videoBytes: number;
  readonly fileBytes: number;
  /** Life of a downloadCode, and of the address it is changed into; assumed. */
  readonly downloadCodeMs: number;
  readonly downloadUrlMs: number;

  /** `outTrackId`, and names of a card's variables. (create-and-deliver-cards) */
  readonly trackChars: number;
  readonly cardKeyBytes: number;
  /** A card's value: 1 KB by its page, more in the field; what ends it is assumed. (create-and-deliver-cards) */
  readonly cardValueBytes: number;
  /** Text of one streaming call: 1 K by its page, more in the field; what ends it is assumed. (api-streamingupdate) */
  readonly streamBytes: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MIB = 1024 * 1024;

export const DINGTALK_LIMITS: DingtalkLimits = {
  tokenSeconds: 7200,
  perApiPerSecond: 20,
  callsPerMonth: 5000,
  pushesPerMonth: 3000,
  ticketMs: 90 * SECOND,
  pingMs: 30 * SECOND,
  farewellMs: 10 * SECOND,
  redeliverAfterMs: [MINUTE, MINUTE, MINUTE],
  eventAckMs: 3 * SECOND,
  eventRedeliverAfterMs: [10 * SECOND, 30 * SECOND],
  httpAckMs: 2500,
  pressMs: 2 * SECOND,
  sessionMs: 90 * MINUTE,
  sessionPerMinute: 20,
  webhookBytes: 20_000,
  mentions: 50,
  groupRobotPerMinute: 20,
  groupRobotBanMs: 10 * MINUTE,
  signWindowMs: HOUR,
  noticeBytes: 2048,
  noticeReceivers: 100,
  noticesPerDay: 500,
  receivers: 20,
  paramBytes: 15_000,
  robotPerMinute: 6000,
  recallMs: 24 * HOUR,
  recallKeys: 20,
  imageBytes: 20 * MIB,
  voiceBytes: 2 * MIB,
  videoBytes: 20 * MIB,
  fileBytes: 20 * MIB,
  downloadCodeMs: 24 * HOUR,
  downloadUrlMs: 10 * MINUTE,
  trackChars: 64,
  cardKeyBytes: 100,
  cardValueBytes: 64 * 1024,
  streamBytes: 64 * 1024,
};
