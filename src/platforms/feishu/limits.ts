/**
 * The vendor's numbers, each with its page (below open.feishu.cn/document). What the pages leave open is a choice of ours
 * and says so.
 */

/** A text message's request body (server-docs/im-v1/message/create). */
export const MAX_TEXT_BYTES = 150 * 1024;
/** A card's and a rich text's JSON (same page); the gateway's unit is not said, so thousands. */
export const MAX_CARD_BYTES = 30_000;
/** Elements and components of one card (cardkit error 300305). */
export const MAX_CARD_ELEMENTS = 200;
/** Tables in one card; with more the whole card is refused (11310, reported from the field). */
export const MAX_CARD_TABLES = 3;
/** Characters on a button (card-json-v2 button). */
export const MAX_BUTTON_CHARS = 100;
/** Characters of the line in the list of chats (streaming-updates-openapi-overview). */
export const MAX_SUMMARY_CHARS = 50;
/** `uuid` of a message and how long it is remembered (im-v1/message/create). */
export const SEND_KEY_WINDOW_MS = 60 * 60 * 1000;

/** Our choice: the longest answer in one card. Leaves room for what stands around it and for escapes inside. */
export const MAX_ANSWER_BYTES = 18_000;
/** Our choice: the part of a card that thoughts may take. */
export const MAX_THOUGHT_BYTES = 4_000;

/** Streaming mode ends by itself after ten minutes; we renew it a minute before (streaming-updates-openapi-overview). */
export const STREAM_RENEW_MS = 9 * 60 * 1000;
/** Ten operations a second are allowed on a card; the pages disagree about streaming, so we stay at half of it. */
export const CARDKIT_INTERVAL_MS = 200;
/** Five changes a second are allowed on a card message (im-v1/message-card/patch); the project's own budget is two. */
export const PATCH_INTERVAL_MS = 500;
/** Our choice: the shortest pause between two updates when the month's calls are getting few. */
export const FEW_UPDATES_INTERVAL_MS = 5_000;
/** A text message may be edited 20 times, so only its last frame is worth one. */
export const TEXT_INTERVAL_MS = 60 * 60 * 1000;

/** Uploads (im-v1/image/create, im-v1/file/create); downloads go up to 100 MB (im-v1/message-resource/get). */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
export const MAX_FILE_BYTES = 30 * 1024 * 1024;

/** Our choice: dates in approvals are days of this offset; the vendor's pages and organisations use it. */
export const APPROVAL_UTC_OFFSET = '+08:00';

/** Our choice: how far a delivery's timestamp may be off, and so how long its nonce is remembered. */
export const SIGNATURE_WINDOW_MS = 5 * 60 * 1000;
export const MAX_BODY_BYTES = 1024 * 1024;

/** Answer to an event within three seconds, to the handshake within one (event-subscription-guide). */
export const CALL_TIMEOUT_MS = 10_000;
export const UPLOAD_TIMEOUT_MS = 60_000;

/** A group's own bot (client-docs/bot-v3/add-custom-bot): its body, its messages, and how long a signature is good for. */
export const MAX_ROBOT_BYTES = 20 * 1024;
export const ROBOT_PER_MINUTE = 100;
export const ROBOT_PER_SECOND = 5;
/** Ours are made anew each minute; the vendor takes one for an hour. */
export const ROBOT_SIGN_MS = 60_000;
/** Our choice: what a bot that was too fast waits; at full and half hours all are slowed. */
export const ROBOT_PAUSE_MS = 60_000;

/** Stands for the company itself where a department is named (contact-v3/department/children). */
export const ROOT_DEPARTMENT = '0';
