/** The numbers of customer service. `D:n` is https://developer.work.weixin.qq.com/document/path/n. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After each message of a customer, so many of ours within so long (D:94677). */
export const MAX_MESSAGES = 5;
export const WINDOW_MS = 48 * HOUR;

/** A greeting's code ends after this (D:95122). */
export const WELCOME_MS = 20 * SECOND;

/** Messages of one page at most (D:94670). */
export const PAGE = 1000;

/** Our choice: a signal may be lost, so each account is asked from time to time. */
export const PULL_EVERY_MS = MINUTE;
/** Our choice: how often the list of accounts is read again. */
export const ACCOUNTS_EVERY_MS = 10 * MINUTE;
/** Our choice: waits between tries when an account cannot be asked. */
export const RETRY_FIRST_MS = SECOND;
export const RETRY_MOST_MS = 30 * SECOND;

/** Our choice: the part of a message's 2,048 bytes that the answer may take; sources and a notice often fit behind it. */
export const MAX_ANSWER_BYTES = 1_800;
/** The head of a menu, an entry, and entries at most (D:94677; D:95122 for a greeting). */
export const MAX_HEAD_BYTES = 1024;
export const MAX_ENTRY_BYTES = 128;
export const MAX_ENTRIES = 10;

/** Our own id of a message: letters, digits, `_` and `-` (D:94677). */
export const MAX_MSGID_CHARS = 32;
/** Our choice: no page says for how long the vendor knows an id again. */
export const SEND_KEY_WINDOW_MS = HOUR;
