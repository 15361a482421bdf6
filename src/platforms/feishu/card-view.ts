import type { Frame } from '../../core/reply.ts';
import { isFinal } from '../../core/reply.ts';
import type { Json } from '../../lib/read.ts';

/** The vendor's key of an image by its address, as far as it has been uploaded. */
export type ImageKeys = (url: string) => string | undefined;

/** The id of the part that holds the answer: what is read of a card of ours that somebody quotes. */
export const ANSWER_ID = 'answer';

/** One part of a card, from top to bottom. */
export interface CardElement {
  /** Unique in the card; letters, digits and `_`, at most 20. */
  readonly id: string;
  /** The text in it that may grow, and the id under which it does; absent in parts that do not. */
  readonly text?: { readonly id: string; readonly content: string };
  /** The part with this text in it. */
  make(content: string): Json;
}

/** A frame as a card, before it is written out. */
export interface CardView {
  readonly header: Json;
  readonly elements: readonly CardElement[];
  /** The line in the list of chats. */
  readonly summary: string;
  /** Whether nothing follows: the vendor is told that the card has stopped growing. */
  readonly closed: boolean;
}

/** What may be left out of a card that is too large. */
export interface Fullness {
  readonly thoughts: boolean;
  readonly extras: boolean;
}

/** Whether this message stops growing with this frame: the answer is over, or goes on in another message. */
export function isClosing(frame: Frame): boolean {
  return isFinal(frame) || frame.continues === true;
}
