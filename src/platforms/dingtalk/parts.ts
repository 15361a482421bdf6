import type { FileRef, MessagePart } from '../../core/event.ts';
import { asObject, type Json, listAt, numberAt, objectAt, parseObject, textAt } from '../../lib/read.ts';
import { recordWords, shownWords } from './shown.ts';

type MediaKind = 'image' | 'file' | 'audio' | 'video';

/**
 * Reads what somebody wrote, in its order. Never empty for a message that we know nothing about: that is `unsupported`.
 *
 * @see https://open.dingtalk.com/document/development/robot-message-type
 */
export function parseParts(payload: Json): readonly MessagePart[] {
  if (textAt(payload, 'errorCode') !== '' || numberAt(payload, 'errorCode') !== undefined) {
    return [{ kind: 'withheld' }];
  }
  const type = textAt(payload, 'msgtype');
  const parts = contentParts(type, type === 'text' ? objectAt(payload, 'text') : contentOf(payload));
  return type === 'chatRecord' ? parts.map(asQuote) : parts;
}

/** What others have said is told apart from what the one says who forwards it. */
function asQuote(part: MessagePart): MessagePart {
  return part.kind === 'text' ? { kind: 'text', text: part.text.replace(/^/gm, '> ') } : part;
}

/** Older robots get it as JSON text. */
function contentOf(payload: Json): Json {
  const { content } = payload;
  return asObject(content) ?? (typeof content === 'string' ? parseObject(content) : undefined) ?? {};
}

function contentParts(type: string, content: Json): readonly MessagePart[] {
  switch (type) {
    case 'text':
      return textParts(textAt(content, 'content') || textAt(content, 'text'));
    case 'markdown':
      return textParts(textAt(content, 'text') || textAt(content, 'content'));
    case 'richText':
      return richParts(listAt(content, 'richText'));
    case 'picture':
      return mediaParts('image', content);
    case 'audio':
      return audioParts(content);
    case 'video':
      return mediaParts('video', content);
    case 'file':
      return mediaParts('file', content);
    case 'chatRecord':
      return wordsOr(type, recordWords(content));
    case 'interactiveCard':
    case 'interactiveCardFile':
    case 'actionCard':
    case 'link':
      return wordsOr(type, shownWords(content));
    case 'unknownMsgType':
      return [{ kind: 'unsupported', what: textAt(content, 'unknownMsgType') || type }];
    default:
      return [{ kind: 'unsupported', what: type || 'unknown' }];
  }
}

/** Some come without a word. */
function wordsOr(type: string, words: string): readonly MessagePart[] {
  return words === '' ? [{ kind: 'unsupported', what: type }] : textParts(words);
}

/** The robot's own mention is taken out by the vendor; the blank behind it stays. */
function textParts(text: string): readonly MessagePart[] {
  const words = text.trim();
  return words === '' ? [] : [{ kind: 'text', text: words }];
}

/** In a message that is quoted the pieces' fields have other names than in one that is written. */
function richParts(pieces: readonly unknown[]): readonly MessagePart[] {
  const parts: MessagePart[] = [];
  let text = '';
  for (const piece of pieces) {
    const one = asObject(piece) ?? {};
    const type = textAt(one, 'type') || textAt(one, 'msgType');
    if (type === 'picture') {
      parts.push(...textParts(text), ...mediaParts('image', one));
      text = '';
    } else text += type === 'at' ? `@${textAt(one, 'atName')} ` : textAt(one, 'text') || textAt(one, 'content');
  }
  return [...parts, ...textParts(text)];
}

/** The vendor has listened to it already: agents read the words better than they hear the sound. */
function audioParts(content: Json): readonly MessagePart[] {
  const words = textAt(content, 'recognition').trim();
  return words === '' ? mediaParts('audio', content) : [{ kind: 'text', text: words }];
}

function mediaParts(kind: MediaKind, content: Json): readonly MessagePart[] {
  const file = fileRef(kind, content);
  if (!file) return [{ kind: 'unsupported', what: kind }];
  const durationMs = numberAt(content, 'duration');
  const name = textAt(content, 'fileName') || nameOf(kind, content);
  return [{ kind, file, name, ...(durationMs !== undefined && { durationMs }) }];
}

/** A picture has a second code, for when the first one is refused. */
function fileRef(kind: MediaKind, content: Json): FileRef | undefined {
  const codes = [textAt(content, 'downloadCode'), textAt(content, 'pictureDownloadCode')].filter((code) => code !== '');
  const [code, spare] = codes;
  if (code === undefined) return undefined;
  return { kind, code, ...(spare !== undefined && spare !== code && { spare }) };
}

// The vendor names documents only.
function nameOf(kind: MediaKind, content: Json): string {
  if (kind === 'video') return `video.${textAt(content, 'videoType') || 'mp4'}`;
  return { image: 'image.png', audio: 'audio.amr', file: 'file' }[kind];
}

/** What the message says that this one answers, and its id. No page describes it; absent where it has another shape. */
export function quoteIn(payload: Json): readonly MessagePart[] | undefined {
  const holder = textAt(payload, 'msgtype') === 'text' ? objectAt(payload, 'text') : contentOf(payload);
  const quoted = objectAt(holder, 'repliedMsg');
  if (holder['isReplyMsg'] === true || Object.keys(quoted).length > 0) {
    const parts = contentParts(quotedType(quoted), contentOf(quoted)).filter((part) => part.kind !== 'unsupported');
    return parts.length > 0 ? parts : undefined;
  }
  const older = textParts(textAt(holder, 'quoteContent') || textAt(objectAt(payload, 'quoteMessage'), 'content'));
  return older.length > 0 ? older : undefined;
}

/** Some quotes come without their kind. */
function quotedType(quoted: Json): string {
  const type = textAt(quoted, 'msgType');
  if (type !== '') return type;
  return listAt(contentOf(quoted), 'richText').length > 0 ? 'richText' : 'text';
}
