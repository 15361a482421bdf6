/** The numbers of a group's robot (https://developer.work.weixin.qq.com/document/path/99110). */

/** Messages of one webhook a minute; more are refused with 45009. */
export const PER_MINUTE = 20;
/** Both kinds of Markdown, in bytes; text has the 2,048 of every message. */
export const MAX_MARKDOWN_BYTES = 4_096;
/** Before it is written as base64; JPG or PNG. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
