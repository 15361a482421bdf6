import type { Frame } from '../../core/reply.ts';
import { buttonsOf, type Place } from './buttons.ts';
import type { ImageSource } from './markdown-inline.ts';
import type { CardLook } from './templates.ts';
import { handoverText, textOf } from './text.ts';

/** A frame as a card. @param pressable - Whether presses reach us; a button that does nothing is worse than none. */
export function lookOf(frame: Frame, place: Place, images: ImageSource, pressable: boolean): CardLook {
  return {
    title: frame.title,
    text: textOf(frame, images),
    buttons: pressable ? buttonsOf(frame, place) : [],
  };
}

/** What is left on the screen of a card whose answer goes on elsewhere. */
export function handoverLook(frame: Frame): CardLook {
  return { title: frame.title, text: handoverText(frame), buttons: [] };
}
