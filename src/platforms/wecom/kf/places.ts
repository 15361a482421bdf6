import type { Delivery } from '../../../core/event.ts';
import type { PulledPlace } from '../../../core/platform.ts';
import { type Json, numberAt, textAt } from '../../../lib/read.ts';

/** Where the next page of an account begins. */
export interface Place {
  /** Empty at the very beginning. */
  readonly cursor: string;
  /** Still among what was there before us. */
  readonly isFirst: boolean;
}

const FIRST = 'first ';

export function readPlace(stored: string | undefined): Place {
  if (stored === undefined) return { cursor: '', isFirst: true };
  const isFirst = stored.startsWith(FIRST);
  return { cursor: isFirst ? stored.slice(FIRST.length) : stored, isFirst };
}

/** The place behind a page; undefined where the vendor names none. */
export function placeBehind(page: Json, source: string, isFirst: boolean): PulledPlace | undefined {
  const cursor = textAt(page, 'next_cursor');
  if (cursor === '') return undefined;
  return { source, place: isFirst && numberAt(page, 'has_more') === 1 ? `${FIRST}${cursor}` : cursor };
}

/** What the page itself does not say, beside it. */
export interface PageNotes {
  readonly isFirst: boolean;
  /** Messages (msgid) that a person answers. */
  readonly served: ReadonlySet<string>;
}

export function pageHeaders({ isFirst, served }: PageNotes): Delivery['headers'] {
  return { ...(isFirst && { first: 'yes' }), ...(served.size > 0 && { served: [...served].join(' ') }) };
}

export function readPageHeaders({ first, served = '' }: Delivery['headers']): PageNotes {
  return { isFirst: first === 'yes', served: new Set(served.split(' ').filter((id) => id !== '')) };
}
