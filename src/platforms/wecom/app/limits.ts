/** The numbers of an app's messages and cards. `D:n` is https://developer.work.weixin.qq.com/document/path/n. */

/** Messages of one app to one member (D:90236); what is more is dropped, and the call still succeeds. */
export const PER_MEMBER_PER_MINUTE = 30;
export const PER_MEMBER_PER_HOUR = 1000;

/**
 * The vendor drops a request whose JSON it has seen within `duplicate_check_interval`, at most 4 hours (D:90236). The interval
 * itself is part of that JSON, so each send key gets one of its own, and none is shorter than the window we rely on.
 */
export const DUPLICATE_MIN_SECONDS = 3_600;
export const DUPLICATE_MAX_SECONDS = 14_400;
export const SEND_KEY_WINDOW_MS = DUPLICATE_MIN_SECONDS * 1000;

/** Our choice: the part of a message's 2,048 bytes that the answer may take; sources and a notice often fit behind it. */
export const MAX_ANSWER_BYTES = 1_800;

/** Texts on a card; longer ones are cut in display (D:90236). */
export const MAX_CARD_SOURCE_CHARS = 20;
export const MAX_CARD_TITLE_CHARS = 36;
export const MAX_CARD_DESC_CHARS = 44;
export const MAX_CARD_TEXT_CHARS = 160;
export const MAX_CARD_OPTION_CHARS = 16;

/** Approvals (D:91853): lines of the summary and their length; a page and the window of a search (D:91816). */
export const MAX_SUMMARIES = 3;
export const MAX_SUMMARY_CHARS = 20;
export const MAX_APPROVALS_A_PAGE = 100;
export const APPROVAL_WINDOW_SECONDS = 31 * 24 * 3600;
/** Our choice: dates in approvals are days of this offset, which the vendor's organisations keep. */
export const APPROVAL_UTC_OFFSET = '+08:00';

/** The greeting of a new contact, in bytes (D:92137). */
export const MAX_CONTACT_WELCOME_BYTES = 4_000;
/** Links in the list of a card, and the length of each (D:90236). */
export const MAX_CARD_LINKS = 3;
export const MAX_CARD_LINK_CHARS = 18;
/** A text card (D:90236). */
export const MAX_TEXTCARD_TITLE_CHARS = 128;
export const MAX_TEXTCARD_TEXT_CHARS = 512;
export const MAX_TEXTCARD_BUTTON_CHARS = 4;

/** Receivers of one call (D:90236). */
export const MAX_PUSH_PEOPLE = 1000;
export const MAX_PUSH_DEPARTMENTS = 100;

/** A mini program's notice: its title and its description in Chinese characters, its lines, and what stands in each (path/90236). */
export const MIN_NOTICE_CHARS = 4;
export const MAX_NOTICE_CHARS = 12;
export const MAX_NOTICE_ITEMS = 10;
export const MAX_NOTICE_KEY_CHARS = 10;
export const MAX_NOTICE_VALUE_CHARS = 30;
export const MAX_NOTICE_PAGE_BYTES = 1024;
