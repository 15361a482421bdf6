import type { ReplyAddress } from '../../core/event.ts';
import type { Lang } from '../../core/lang.ts';
import { type ArticlesContent, type FileContent, type PushContent, wordsBefore } from '../../core/push.ts';
import type { Frame } from '../../core/reply.ts';
import { byteLength, indexAtByte } from '../../lib/markdown.ts';
import type { Json } from '../../lib/read.ts';
import { askerOf } from './addresses.ts';
import type { RobotMessage } from './api.ts';
import { shortened } from './buttons.ts';
import { label } from './labels.ts';
import { MAX_PARAM_BYTES, MAX_SUGGESTED, MAX_WEBHOOK_BYTES } from './limits.ts';
import { harmless } from './markdown-inline.ts';
import { summaryOf } from './text.ts';

/** One message in both of the forms that the vendor takes: as an answer to what somebody wrote, and by the robot's own API. */
export interface Message {
  readonly answer: Json;
  readonly robot: RobotMessage;
}

/** Markdown; in a group the asker is called, where the form can. */
export function markdownMessage(text: string, title: string, to: ReplyAddress): Message {
  const asker = askerOf(to);
  const called = asker === undefined ? text : `@${asker.staff} ${startsBlock(text) ? '\n\n' : ''}${text}`;
  return {
    answer: { msgtype: 'markdown', markdown: { title, text: called }, ...calling(asker?.staff) },
    robot: { key: 'sampleMarkdown', param: { title, text } },
  };
}

/** What is said before articles or a file. The title of a Markdown message stands in no chat, so it is a heading too. */
export function wordsAbove(content: ArticlesContent | FileContent): PushContent | undefined {
  const before = wordsBefore(content);
  if (before?.kind !== 'markdown' || before.title === undefined) return before;
  return { ...before, text: `### ${before.title.replace(/[\\[\]*_`#]/g, '\\$&')}\n\n${before.text}`.trim() };
}

/**
 * Markdown with buttons that ask: pressing one makes its reader send the question. For direct chats; in a group what is sent so
 * does not mention the robot, which then does not see it.
 */
export function askingMessage(text: string, title: string, questions: readonly string[]): Message {
  const buttons = questions.slice(0, MAX_SUGGESTED).map((question) => ({
    title: shortened(question),
    actionURL: `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(question)}`,
  }));
  const [only] = buttons;
  const single = buttons.length === 1 && only ? { singleTitle: only.title, singleURL: only.actionURL } : undefined;
  const listed = buttons.flatMap((button, i) => [
    [`actionTitle${i + 1}`, button.title],
    [`actionURL${i + 1}`, button.actionURL],
  ]);
  return {
    answer: {
      msgtype: 'actionCard',
      actionCard: { title, text, ...(single ?? { btns: buttons, btnOrientation: '0' }) },
    },
    robot: {
      key: single ? 'sampleActionCard' : `sampleActionCard${buttons.length}`,
      param: { title, text, ...(single ?? Object.fromEntries(listed)) },
    },
  };
}

/** Plain words: nothing in it can be refused but the words themselves. */
export function textMessage(words: string, to: ReplyAddress): Message {
  const asker = askerOf(to);
  const content = cutFor(words, MAX_PARAM_BYTES);
  const called = asker === undefined ? content : `@${asker.staff} ${content}`;
  return {
    answer: { msgtype: 'text', text: { content: called }, ...calling(asker?.staff) },
    robot: { key: 'sampleText', param: { content } },
  };
}

function calling(staff: string | undefined): Json {
  return staff === undefined ? {} : { at: { atUserIds: [staff], isAtAll: false } };
}

/** What means something only at the start of a line. */
function startsBlock(text: string): boolean {
  return /^(?:[#>|`-]|\d+\.|!\[)/.test(text);
}

/** The line in the list of chats. */
export function titleOf(text: string, lang: Lang, frame?: Frame): string {
  return harmless(summaryOf(text, frame?.title || label(lang, 'message')));
}

/** A file that could not be sent here, by its name and address. */
export function fileLink(name: string, url: string, lang: Lang): string {
  return label(lang, 'file', { name: harmless(name.replace(/[[\]]/g, ' ')), url });
}

/** Whether it is short enough for the address given, which counts the whole body. */
export function fitsAnswer({ answer }: Message): boolean {
  return byteLength(JSON.stringify(answer)) <= MAX_WEBHOOK_BYTES;
}

/** Whether it is short enough for the robot's API, which counts the JSON text inside JSON. */
export function fitsRobot({ robot }: Message): boolean {
  return byteLength(JSON.stringify(robot.param)) <= MAX_PARAM_BYTES;
}

/** As much of a text as fits with JSON's own escapes; what is at its end (sources) goes first. */
function cutFor(words: string, maxBytes: number): string {
  let content = words;
  for (let room = maxBytes - ROOM_AROUND; byteLength(JSON.stringify(content)) > maxBytes - ROOM_AROUND; room *= 0.9) {
    content = words.slice(0, indexAtByte(words, Math.floor(room)));
  }
  return content;
}

/** The name of the variable and the brackets. */
const ROOM_AROUND = 32;
