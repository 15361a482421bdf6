/**
 * The vendor's numbers that several surfaces share; those of one surface stand in its own folder. `D:n` is
 * https://developer.work.weixin.qq.com/document/path/n. What the pages leave open is a choice of ours and says so.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const KIB = 1024;
const MIB = 1024 * KIB;

/** Callback: AES pads to blocks of 32 bytes, 20 bytes stand before the message (D:90968). */
export const PADDING_BLOCK_BYTES = 32;
export const RANDOM_BYTES = 16;

/**
 * Our choice: how far a callback's timestamp may be off. The vendor tries three times within some 15 s (D:90238), so this
 * leaves room for clocks that differ.
 */
export const SIGNATURE_WINDOW_MS = 5 * MINUTE;
/** Our choice: callbacks have some KB. */
export const MAX_BODY_BYTES = MIB;

/** A token is fetched again when less than this is left of its 7,200 s (the vendor's own plugin does the same). */
export const TOKEN_MARGIN_MS = MINUTE;
/** Our choice: after a refused secret no other try for so long; the vendor locks an address that repeats it for an hour (D:90312). */
export const TOKEN_PAUSE_MS = 10 * SECOND;

/** Answers come within seconds; uploads of 20 MB do not. */
export const CALL_TIMEOUT_MS = 10 * SECOND;
export const UPLOAD_TIMEOUT_MS = MINUTE;
/** What a minute's limit closes an API for (D:90312). */
export const THROTTLED_MS = MINUTE;

/** One message, in bytes of UTF-8 (D:90236 `text`, `markdown`; D:94677). A longer text is cut without a word. */
export const MAX_TEXT_BYTES = 2048;

/** Uploads (D:90253); everything must be longer than 5 bytes, voice is AMR of at most 60 s. */
export const MAX_IMAGE_BYTES = 10 * MIB;
export const MAX_VOICE_BYTES = 2 * MIB;
export const MAX_VIDEO_BYTES = 10 * MIB;
export const MAX_FILE_BYTES = 20 * MIB;
export const MIN_FILE_BYTES = 6;

/** Names in a message about a file (D:90236). */
export const MAX_TITLE_BYTES = 128;
export const MAX_DESCRIPTION_BYTES = 512;
export const MAX_URL_BYTES = 2048;

/** A card's button, and what it carries (D:90236, D:101032: bots 10 characters as well). */
export const MAX_BUTTON_CHARS = 10;
export const MAX_BUTTONS = 6;

/** What a card asks (D:90236, D:101032): options of one choice, choices of one card, and options where there is one choice only. */
export const MAX_OPTIONS = 10;
export const MAX_SELECTS = 3;
export const MAX_VOTES = 20;

/** Articles of one message (D:90236, D:99110). */
export const MAX_ARTICLES = 8;
