/**
 * The vendor's numbers. Pages are those of https://open.feishu.cn/document; what is measured in the field or assumed says so.
 */
export interface FeishuLimits {
  /** Life of a tenant_access_token, in seconds. (auth-v3/auth/tenant_access_token_internal) */
  readonly tokenSeconds: number;
  /** A new token is given when the old one lives shorter than this, in seconds. (same page) */
  readonly tokenRenewSeconds: number;
  /** Calls of one API by one app. (ukTMukTMukTM/uUzN04SN3QjL1cDN, "frequency control") */
  readonly perApiPerSecond: number;
  readonly perApiPerMinute: number;
  /** Approvals started by one app. (approval-v4/instance/create) */
  readonly approvalsPerMinute: number;
  /** Messages to one chat, by all bots in it. (im-v1/message/create) */
  readonly perChatPerSecond: number;
  /** Our choice: so much earlier than its window has room a request is still taken: we see when it came, not when it left. */
  readonly wayMs: number;
  /** Updates of one message's card. (im-v1/message/patch) */
  readonly perMessagePerSecond: number;
  /** Operations on one card entity; streaming updates are exempt on another page, so the stricter. (cardkit-v1/streaming-updates-openapi-overview) */
  readonly perCardPerSecond: number;
  /** Body of a text message, in bytes. (im-v1/message/create) */
  readonly textBytes: number;
  /** Body of a post or a card, in bytes. (im-v1/message/create) */
  readonly cardBytes: number;
  readonly cardElements: number;
  /** Tables in one card. (field: cards with more fail with 11310) */
  readonly cardTables: number;
  /** How long one uuid means one message. (im-v1/message/create) */
  readonly uuidWindowMs: number;
  /** Edits of one text or post message. (im-v1/message/update) */
  readonly edits: number;
  /** How long a card can be updated and a card entity lives. (im-v1/message/patch, cardkit-v1/card/create) */
  readonly cardLifeMs: number;
  /** How long a message can be recalled. (im-v1/message/delete) */
  readonly recallMs: number;
  /** How long a card streams after it was last opened. (cardkit-v1/streaming-updates-openapi-overview) */
  readonly streamWindowMs: number;
  readonly imageBytes: number;
  readonly fileBytes: number;
  readonly downloadBytes: number;
  /** How long an event or a callback waits for its answer. (event-subscription-guide/overview) */
  readonly ackMs: number;
  /** How long the check of the webhook address waits. (same) */
  readonly challengeMs: number;
  /** Waits before each further try of an event. (same) */
  readonly redeliverAfterMs: readonly number[];
  /** Life and uses of a card's token for a later update; pages say 2 and 3 uses. (cards/delay-update) */
  readonly cardTokenMs: number;
  readonly cardTokenUses: number;
  /** Long connections of one app. (server-side-sdk/nodejs-sdk, "long connection") */
  readonly connections: number;
  /** How long follow-up questions can be pushed after the message. (im-v1/message/push_follow_up) */
  readonly followUpMs: number;
  /** Messages of a group's own bot in a minute and in a second, and its body. (client-docs/bot-v3/add-custom-bot) */
  readonly hookPerMinute: number;
  readonly hookPerSecond: number;
  readonly hookBytes: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;

export const FEISHU_LIMITS: FeishuLimits = {
  tokenSeconds: 7200,
  tokenRenewSeconds: 1800,
  perApiPerSecond: 50,
  perApiPerMinute: 1000,
  approvalsPerMinute: 100,
  perChatPerSecond: 5,
  wayMs: 20,
  perMessagePerSecond: 5,
  perCardPerSecond: 10,
  textBytes: 150 * 1024,
  cardBytes: 30 * 1024,
  cardElements: 200,
  cardTables: 3,
  uuidWindowMs: HOUR,
  edits: 20,
  cardLifeMs: 14 * DAY,
  recallMs: DAY,
  streamWindowMs: 10 * MINUTE,
  imageBytes: 10 * MIB,
  fileBytes: 30 * MIB,
  downloadBytes: 100 * MIB,
  ackMs: 3000,
  challengeMs: 1000,
  redeliverAfterMs: [15_000, 5 * MINUTE, HOUR, 6 * HOUR],
  cardTokenMs: 30 * MINUTE,
  cardTokenUses: 2,
  connections: 50,
  followUpMs: 10 * MINUTE,
  hookPerMinute: 100,
  hookPerSecond: 5,
  hookBytes: 20 * 1024,
};
