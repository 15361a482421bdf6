/**
 * The AI bot's numbers, each with its page; `D:n` is https://developer.work.weixin.qq.com/document/path/n. What several surfaces of
 * WeCom share stands one folder up. What the pages leave open is a choice of ours and says so.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MIB = 1024 * 1024;

/** A message's text, in bytes of UTF-8: `stream.content`, `markdown.content` (D:101031, D:101463). */
export const MAX_CONTENT_BYTES = 20_480;
/** Our choice: the longest answer in one message. Leaves room for thoughts, sources and what we write below. */
export const MAX_ANSWER_BYTES = 14_000;
/** Our choice: the part of a message that thoughts may take. */
export const MAX_THOUGHT_BYTES = 3_000;

/**
 * A stream has to end within six minutes: of the person's message (callback, D:101031), of its first frame (long connection, D:101463).
 * We leave it half a minute before.
 */
export const STREAM_MS = 5.5 * MINUTE;
/** Until when a stream that could not be handed over is tried again. */
export const HAND_OVER_UNTIL_MS = 5.9 * MINUTE;
/** Our choice: a stream without news is shown again after so long, for where "six minutes without an update" holds. */
export const KEEP_ALIVE_MS = MINUTE;
/** Our choice: pause between two frames; the vendor does not say how often it takes one. */
export const FRAME_INTERVAL_MS = 800;
/** A message can be answered for a day over the long connection (D:101463). */
export const ANSWER_MS = 23 * HOUR;
/** A `response_url` lives for an hour (D:101138). */
export const RESPONSE_URL_MS = 59 * MINUTE;
/** A greeting and a changed card have to be answered within five seconds (D:101027). */
export const EVENT_ANSWER_MS = 4 * SECOND;
/** Our choice: nobody asks for a frame any more when this has passed without a poll; they come about every second. */
export const POLL_SILENCE_MS = 20 * SECOND;

/** Messages to one chat, answers and our own together (D:101463). */
export const MESSAGES_PER_MINUTE = 30;
export const MESSAGES_PER_HOUR = 1_000;
/** Files sent up, for the whole bot (D:101463). */
export const UPLOADS_PER_MINUTE = 30;
export const UPLOADS_PER_HOUR = 1_000;
/** A piece of a file before base64, and how many there may be (D:101463). */
export const CHUNK_BYTES = 512 * 1024;

/** Pictures at the end of a stream: how many, and how large each (D:101031). */
export const MAX_PICTURES = 10;
export const MAX_PICTURE_BYTES = 10 * MIB;
/** Our choice: all pictures of one frame together, and how long we look for them. */
export const MAX_PICTURES_BYTES = 16 * MIB;
export const PICTURES_WITHIN_MS = 15 * SECOND;

/** Characters on cards that are shown (D:101032); longer ones are cut in display. */
export const MAX_TITLE_CHARS = 26;
export const MAX_DESC_CHARS = 30;
export const MAX_SUBTITLE_CHARS = 112;
export const MAX_OPTION_CHARS = 10;
export const MAX_ROW_CHARS = 26;
export const MAX_ROWS = 6;

/** A ping every half minute is wanted (D:101463). */
export const PING_MS = 30 * SECOND;
/** Our choice: a connection on which a ping is not answered within ten seconds is dead. */
export const IDLE_MS = PING_MS + 10 * SECOND;
/** The vendor's own client gives up on an answer after five seconds. */
export const ACK_MS = 5 * SECOND;
/** Our choice: how long a message waits for a connection that is being opened anew. */
export const CONNECT_WAIT_MS = 3 * SECOND;

/** Our choice: pauses before the next connection; see `pauses.ts`. */
export const MAX_PAUSE_MS = 30 * SECOND;
export const REFUSED_PAUSE_MS = MINUTE;
export const KICK_PAUSE_MS = MINUTE;
export const MAX_KICK_PAUSE_MS = 30 * MINUTE;
/** Our choice: a connection that lived so long works, and one that lived longer still was not part of a quarrel. */
export const SETTLED_MS = 30 * SECOND;
export const PEACE_MS = 10 * MINUTE;
