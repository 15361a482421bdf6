import type { Lang } from '../../../core/lang.ts';
import type { ButtonName, ButtonValue, Frame } from '../../../core/reply.ts';
import { indexAtByte } from '../../../lib/markdown.ts';
import { readKey } from '../app/cards.ts';
import type { KfBody } from './api.ts';
import { label } from './labels.ts';
import { MAX_ENTRIES, MAX_ENTRY_BYTES } from './limits.ts';

/** What a menu offers; a pressed entry comes back as a text with its id. */
export type MenuContent = Pick<Frame, 'turn' | 'lang' | 'buttons' | 'suggested'>;

/** The entry that asks for a person. */
export const PERSON = 'person';
/** Before what stands in an id of ours; the rest is hexadecimal, for an id takes letters, digits and `_` only. */
const OURS = 'ph_';

/** @returns undefined when there is nothing to press. */
export function menuOf(head: string, content: MenuContent, withPerson: boolean): KfBody | undefined {
  const { turn, lang, suggested } = content;
  const buttons = shownButtons(content.buttons);
  const entries = [
    ...buttons.map((act) => entry(idOf({ act, turn }), label(lang, act))),
    ...suggested.map((question, index) => entry(idOf({ act: 'ask', turn, index }), question)),
  ];
  if (entries.length === 0) return undefined;
  const person = withPerson ? [entry(PERSON, label(lang, 'person'))] : [];
  const list = [...entries.slice(0, MAX_ENTRIES - person.length), ...person];
  return { type: 'msgmenu', content: { head_content: head, list } };
}

/** A sentence behind which one may ask for a person. */
export function personMenu(head: string, lang: Lang): KfBody {
  return { type: 'msgmenu', content: { head_content: head, list: [entry(PERSON, label(lang, 'person'))] } };
}

/** What a menu says that stands by itself. */
export function headOf({ buttons, lang }: { readonly buttons: readonly ButtonName[]; readonly lang: Lang }): string {
  const shown = shownButtons(buttons);
  return label(lang, shown.includes('up') ? 'wasHelpful' : shown.length > 0 ? 'tryAgain' : 'askNext');
}

/** Entries take room in a chat: to answer again is offered only where it is the only thing to do. */
function shownButtons(buttons: readonly ButtonName[]): readonly ButtonName[] {
  return buttons.includes('up') ? buttons.filter((name) => name === 'up' || name === 'down') : buttons;
}

function entry(id: string, words: string): object {
  const text = words.replace(/\s+/g, ' ').trim();
  const end = indexAtByte(text, MAX_ENTRY_BYTES);
  return { type: 'click', click: { id, content: end < text.length ? text.slice(0, end) : text } };
}

function idOf({ act, turn, index }: ButtonValue): string {
  const key = index === undefined ? `${act}:${turn}` : `${act}:${turn}:${index}`;
  return `${OURS}${Buffer.from(key).toString('hex')}`;
}

/** What stands in the id of a pressed entry; undefined where it is none of ours. */
export function readMenuId(id: string): unknown {
  if (!id.startsWith(OURS)) return undefined;
  return readKey(Buffer.from(id.slice(OURS.length), 'hex').toString('utf8'));
}
