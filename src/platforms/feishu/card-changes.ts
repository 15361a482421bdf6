import { hash } from 'node:crypto';
import type { Json } from '../../lib/read.ts';
import type { CardElement, CardView } from './card-view.ts';

/** A card as it is on the screen, as far as we put it there. */
export interface Shown {
  /** What tells its header from another. */
  readonly header: string;
  readonly parts: readonly ShownPart[];
}

interface ShownPart {
  readonly id: string;
  /** What tells the element without its growing text from another. */
  readonly shell: string;
  /** What tells its growing text from another. */
  readonly mark: string;
}

/** Longer than a digest: it stands for the text, which would be held a second time for every card that grows. */
const LONG_CHARS = 64;

function markOf(content: string): string {
  return content.length <= LONG_CHARS ? content : hash('sha256', content, 'base64');
}

export function shownOf(view: CardView): Shown {
  const parts = view.elements.map((element) => ({
    id: element.id,
    shell: markOf(JSON.stringify(element.make(''))),
    mark: markOf(element.text?.content ?? ''),
  }));
  return { header: markOf(JSON.stringify(view.header)), parts };
}

export interface Changes {
  readonly actions: readonly Json[];
  readonly texts: readonly { readonly id: string; readonly content: string }[];
}

/**
 * What turns the card on the screen into the new one; its parts never change their order.
 *
 * @param after - The new view, as {@link shownOf} it.
 */
export function changesBetween(before: Shown, after: Shown, view: CardView): Changes {
  const old = new Map(before.parts.map((part) => [part.id, part]));
  const kept = new Set(view.elements.map((element) => element.id));
  const gone = before.parts.filter((part) => !kept.has(part.id)).map((part) => part.id);
  const actions: Json[] = [];
  const texts: { id: string; content: string }[] = [];
  view.elements.forEach((element, index) => {
    const part = old.get(element.id);
    const now = after.parts[index];
    if (!part) actions.push(addition(element, view.elements, index, old));
    else if (part.shell !== now?.shell) actions.push(replacement(element));
    else if (element.text && element.text.content !== '' && now.mark !== part.mark) texts.push(element.text);
  });
  if (gone.length > 0) actions.push({ action: 'delete_elements', params: { element_ids: gone } });
  return { actions, texts };
}

/** Goes behind the part above it, which is there by then; the first one before what was there first. */
function addition(
  element: CardElement,
  all: readonly CardElement[],
  index: number,
  old: ReadonlyMap<string, unknown>,
): Json {
  const elements = [element.make(element.text?.content ?? '')];
  const above = all[index - 1];
  if (above) return { action: 'add_elements', params: { type: 'insert_after', target_element_id: above.id, elements } };
  const [first] = old.keys();
  if (first === undefined) return { action: 'add_elements', params: { type: 'append', elements } };
  return { action: 'add_elements', params: { type: 'insert_before', target_element_id: first, elements } };
}

function replacement(element: CardElement): Json {
  return {
    action: 'update_element',
    params: { element_id: element.id, element: element.make(element.text?.content ?? '') },
  };
}
