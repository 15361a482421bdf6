import type { FileRef, MessagePart } from '../../../core/event.ts';
import { asObject, type Json, listAt, objectAt, textAt } from '../../../lib/read.ts';

/** What a message says, in the order it was written; `msgtype` and the object of its name stand side by side. */
export function parseParts(content: Json): MessagePart[] {
  const type = textAt(content, 'msgtype');
  const inner = objectAt(content, type);
  switch (type) {
    case 'text':
      return [{ kind: 'text', text: textAt(inner, 'content') }];
    // The vendor has written down what was said; the sound itself is not given out.
    case 'voice':
      return [{ kind: 'text', text: textAt(inner, 'content') }];
    case 'image':
      return [{ kind: 'image', file: fileRef(inner), name: 'image' }];
    case 'file':
      return [{ kind: 'file', file: fileRef(inner), name: 'file' }];
    case 'video':
      return [{ kind: 'video', file: fileRef(inner), name: 'video.mp4' }];
    case 'mixed':
      return listAt(inner, 'msg_item').flatMap((item) => parseParts(asObject(item) ?? {}));
    default:
      return [{ kind: 'unsupported', what: type.slice(0, 40) || 'unknown' }];
  }
}

/** The address is good for five minutes; over the long connection each file has a key of its own. */
function fileRef(inner: Json): FileRef {
  const key = textAt(inner, 'aeskey');
  return { url: textAt(inner, 'url'), ...(key !== '' && { key }) };
}

/**
 * Takes the mention of the bot out of what was written in a group: the vendor leaves it in the text and does not tell the bot's name.
 *
 * @param name - The bot's name, where the operator has set it; else the message's first word counts when it begins with `@`.
 */
export function withoutMention(parts: readonly MessagePart[], name: string | undefined): MessagePart[] {
  if (name !== undefined) {
    return parts.map((part) =>
      part.kind === 'text' ? { ...part, text: tidy(part.text.replaceAll(`@${name}`, '')) } : part,
    );
  }
  const at = parts.findIndex((part) => part.kind === 'text');
  return parts.map((part, index) =>
    part.kind === 'text' && index === at ? { ...part, text: part.text.replace(/^\s*@\S+(?:\s+|$)/u, '') } : part,
  );
}

// Clients put a blank of a special width behind a mention.
function tidy(text: string): string {
  return text.replace(/[\u2005\u00a0]/g, ' ').trim();
}
