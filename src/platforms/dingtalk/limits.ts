/**
 * The vendor's numbers, each with its page (below open.dingtalk.com/document/development). What the pages leave open is a
 * choice of ours and says so.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MIB = 1024 * 1024;

/** A robot's message as `msgParam` (the-robot-sends-a-group-message). */
export const MAX_PARAM_BYTES = 15_000;
/** A message by the address that came with the question: the whole body (custom-robots-send-group-messages, errcode 460101). */
export const MAX_WEBHOOK_BYTES = 20_000;
/** Our choice: the longest answer in one message. Cards show more than the 3 KB that their page advises, messages hold 15 KB. */
export const MAX_ANSWER_BYTES = 9_000;
/** Our choice: the part of a message that thoughts may take. */
export const MAX_THOUGHT_BYTES = 1_500;
/** Our choice: characters of the line in the list of chats. */
export const MAX_SUMMARY_CHARS = 50;
/** Our choice: characters on a button; a card's value holds 1 KB by its page, and all buttons are one value. */
export const MAX_BUTTON_CHARS = 40;
export const MAX_SUGGESTED = 5;

/** Uploads (upload-media-files); messages with files take these kinds (chatbots-send-one-on-one-chat-messages-in-batches). */
export const MAX_IMAGE_BYTES = 20 * MIB;
export const MAX_FILE_BYTES = 20 * MIB;

/** How far a delivery's timestamp may be off (customize-robot-security-settings). */
export const SIGNATURE_WINDOW_MS = 60 * MINUTE;
/** Our choice. */
export const MAX_BODY_BYTES = MIB;

/** An address for answering is given up so long before its end. */
export const WEBHOOK_MARGIN_MS = MINUTE;

/** Our choice: the shortest pause between two updates of a card. All cards of the app share 20 calls a second, and each is paid for. */
export const CARD_INTERVAL_MS = SECOND;
/** Our choice: the same when the month’s calls are getting few. */
export const FEW_UPDATES_INTERVAL_MS = 5 * SECOND;
/** A whole message cannot change. */
export const WHOLE_INTERVAL_MS = 60 * MINUTE;
/** After a refusal for want of a right or a template, cards are not tried again for so long. */
export const CARD_PAUSE_MS = 10 * MINUTE;

/** Approvals: steps of approvers (initiate-approval), entries a page of the two lists, and how young none can be ended. */
export const MAX_APPROVAL_STEPS = 20;
export const MAX_TEMPLATES_A_PAGE = 100;
export const MAX_APPROVALS_A_PAGE = 20;
export const APPROVAL_TOO_EARLY_MS = 15 * SECOND;

/** The whole company's department (obtain-the-department-list-v2); members a page (queries-the-complete-information-of-a-department-user). */
export const ROOT_DEPARTMENT = '1';
export const MAX_MEMBERS_A_PAGE = 100;

/** A token is fetched again when less than this is left of its 7,200 s (obtain-the-access-token-of-an-internal-app). */
export const TOKEN_MARGIN_MS = 10 * MINUTE;
/** Our choice: after a refused secret nobody asks again for so long. */
export const TOKEN_PAUSE_MS = 10 * SECOND;

/** The vendor itself gives up after 3 s (appendix-b-proposals-for-rational-use-of-resources); uploads take longer. */
export const CALL_TIMEOUT_MS = 10 * SECOND;
/** Behind a card's end what got no answer before may still be carried out; ours, for the vendor says nothing of it. */
export const LATE_CALL_MS = 2 * SECOND;
export const UPLOAD_TIMEOUT_MS = MINUTE;

/** What a refused call waits at the least, and where the vendor bans for longer (how-to-process-api-throttling-…). */
export const THROTTLED_MS = 2 * SECOND;
export const WEBHOOK_THROTTLED_MS = MINUTE;
export const ADDRESS_BLOCKED_MS = 5 * MINUTE;

/** A robot's message to several people (chatbots-send-one-on-one-chat-messages-in-batches; one error text says 100). */
export const MAX_ROBOT_PEOPLE = 20;

/** Work notifications (asynchronous-sending-of-enterprise-session-messages): `msg`, and receivers of one call. */
export const MAX_NOTICE_BYTES = 2_048;
export const MAX_NOTICE_PEOPLE = 100;
export const MAX_NOTICE_DEPARTMENTS = 20;
/** Their action cards (same page), in characters. */
export const MAX_NOTICE_CARD_CHARS = 1_000;
export const MAX_NOTICE_BUTTON_CHARS = 20;
export const MAX_NOTICE_SINGLE_URL_CHARS = 500;
export const MAX_NOTICE_URL_CHARS = 700;
export const MAX_NOTICE_BUTTONS_CHARS = 1_000;
/** Lines of an OA notification's form. */
export const MAX_NOTICE_FORM = 6;

/** A group's own robot (custom-robots-send-group-messages): its body, those called by one message. */
export const MAX_ROBOT_BYTES = 20_000;
export const MAX_ROBOT_MENTIONS = 50;
/** Messages a minute; above it is closed for ten (same page). */
export const ROBOT_PER_MINUTE = 20;
export const ROBOT_BAN_MS = 10 * MINUTE;
/** A signature is good for an hour (customize-robot-security-settings); ours are made anew each minute. */
export const ROBOT_SIGN_MS = MINUTE;
/** Our choice: how long a `msgUuid` is relied on; the page gives no time. */
export const ROBOT_UUID_MS = 10 * MINUTE;
