import type { PostNode, SimActionResult } from './contract.ts';

/** What the page is told when something has been written. */
export function written({
  messageId,
  chatId,
}: {
  readonly messageId: string;
  readonly chatId: string;
}): SimActionResult {
  return { ok: true, message: messageId, chat: chatId };
}

/** A piece of a message that mixes texts and pictures. */
export type Piece = { readonly text: string } | { readonly image: string };

/** A post for a vendor whose messages have no paragraphs: its pieces, one after the other. */
export function piecesOf(paragraphs: readonly (readonly PostNode[])[]): Piece[] {
  return paragraphs.flat().flatMap((node): Piece[] => {
    if (node.image !== undefined) return [{ image: node.image.key }];
    const text = node.tag === 'at' ? `@{${node.text ?? ''}} ` : (node.text ?? '');
    return text === '' ? [] : [{ text }];
  });
}
