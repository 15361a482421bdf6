/**
 * Numbers of Dify's, each as its server or its documentation has it, and our own for living with them.
 * @see https://docs.dify.ai/en/api-reference
 */

/** A file's size by category where `/parameters` does not say; in MB. */
export const DEFAULT_SIZES_MB = { image: 10, document: 15, audio: 50, video: 100, custom: 15 } as const;

/** Files of one question where the app does not say. */
export const DEFAULT_FILE_COUNT = 3;

/** A longer name is cut by the server, its extension with it. */
export const MAX_FILE_NAME_CHARS = 200;

/** Extensions the server sorts into each category; anything else is `custom`. */
export const EXTENSIONS = {
  image: words('jpg jpeg png webp gif svg'),
  video: words('mp4 mov mpeg webm'),
  audio: words('mp3 m4a wav amr mpga'),
  document: words(
    'txt md mdx markdown pdf html htm xlsx xls docx csv vtt properties',
    // With the other text extractor only; without it the app refuses them.
    'doc eml msg pptx xml epub',
  ),
} as const;

/** What the app says of itself is asked again after this long. */
export const FACTS_LIFE_MS = 5 * 60_000;

/** Longest wait for a short call. */
export const CALL_TIMEOUT_MS = 10_000;

/** Longest wait until an upload is stored. */
export const UPLOAD_TIMEOUT_MS = 60_000;

/** Suggested questions are made by a model on demand. */
export const SUGGEST_TIMEOUT_MS = 8_000;

/** Pauses before the repetitions of a call that did not get through; each is spread by half. */
export const RETRY_WAITS_MS = [300, 1_000, 2_500] as const;

/** How long the second of two last events is waited for: releases differ in their order, some send one of them only. */
export const LAST_EVENT_WAIT_MS = 2_000;

/** How long a run may go on after it was told to stop; a flow stops between nodes only, and sometimes never. */
export const STOP_WAIT_MS = 2_000;

/** After this silence at the start we ask whether the conversation still exists (1.13 to 1.14.1 send pings for ever). */
export const SILENCE_PROBE_MS = 10_000;

/** How often the streams are looked after; no limit on them is kept more exactly. */
export const WATCH_TICK_MS = 200;

/** How long the end of the response is waited for once all is said, so that its connection can be used again. */
export const LINGER_MS = 500;

/** How long a stored answer is looked for after the stream ended too early, and after the line broke. */
export const LOOK_UP_ENDED_MS = 12_000;
export const LOOK_UP_BROKEN_MS = 60_000;

/** Pauses before it is looked whether a question that got no answer began a run, and after each look before it is asked again. */
export const DOUBT_WAITS_MS = [1_000, 2_000, 4_000] as const;

/** Dify's times are whole seconds, and so is what it says of its clock. */
export const SAME_SECOND_MS = 2_000;

/** Pauses between the looks; the last one repeats. */
export const LOOK_UP_WAITS_MS = [300, 700, 1_500, 3_000, 5_000] as const;

/** `APP_MAX_EXECUTION_TIME`, `WORKFLOW_MAX_EXECUTION_TIME`: a run that is older and has no answer will never have one. */
export const MAX_RUN_MS = 20 * 60_000;

/** Messages of a conversation among which a run is looked for. */
export const MESSAGES_PAGE = 20;

/** Steps of one run that are shown; a flow may have hundreds. */
export const MAX_STEPS = 30;

function words(...lists: readonly string[]): readonly string[] {
  return lists.flatMap((list) => list.split(' '));
}
