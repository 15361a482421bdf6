import type { FileRef, MessagePart } from '../../../core/event.ts';
import { type Json, textAt } from '../../../lib/read.ts';

type MediaKind = 'image' | 'audio' | 'video';

/**
 * Reads what a member sent. Never empty for a message we know nothing about: that is `unsupported`.
 *
 * @see https://developer.work.weixin.qq.com/document/path/90239
 */
export function parseParts(event: Json): readonly MessagePart[] {
  const type = textAt(event, 'MsgType');
  switch (type) {
    case 'text':
      return textParts(textAt(event, 'Content'));
    case 'image':
      return [media(event, 'image', 'image.jpg')];
    case 'voice':
      return voiceParts(event);
    case 'video':
      return [media(event, 'video', 'video.mp4')];
    case 'location':
      return textParts(placeOf(event));
    case 'link':
      return textParts(lines(event, 'Title', 'Description', 'Url'));
    default:
      return [{ kind: 'unsupported', what: type === '' ? 'unknown' : type.slice(0, 40) }];
  }
}

function textParts(text: string): readonly MessagePart[] {
  const words = text.trim();
  return words === '' ? [] : [{ kind: 'text', text: words }];
}

/** Where the vendor has already understood the voice, its words are better than a sound few agents take. */
function voiceParts(event: Json): readonly MessagePart[] {
  const words = textParts(textAt(event, 'Recognition'));
  const ending = textAt(event, 'Format') === 'speex' ? 'speex' : 'amr';
  return words.length > 0 ? words : [media(event, 'audio', `voice.${ending}`)];
}

function media(event: Json, kind: MediaKind, name: string): MessagePart {
  const file: FileRef = { media: textAt(event, 'MediaId') };
  return { kind, file, name };
}

function placeOf(event: Json): string {
  const where = [textAt(event, 'Location_X'), textAt(event, 'Location_Y')].filter((part) => part !== '').join(', ');
  return `📍 ${textAt(event, 'Label')}${where === '' ? '' : ` (${where})`}`;
}

function lines(event: Json, ...names: readonly string[]): string {
  return names
    .map((name) => textAt(event, name))
    .filter((line) => line !== '')
    .join('\n');
}
