import type { SimAction, SimActionResult, SimPerson } from '../../../src/simulator/contract.ts';
import { createCell } from '../api/cell.ts';

/** The windows of the page, in their order. Another platform's window joins here and in {@link ../app.tsx}. */
export const SEATS = ['desktop', 'phone'] as const;
export type SeatId = (typeof SEATS)[number];

interface Seating {
  /** Who was chosen to be; the first employee until then. */
  readonly person: string | undefined;
  /** Somebody else at one window. */
  readonly others: Readonly<Partial<Record<SeatId, string>>>;
  /** Which chat is open, by window and person. */
  readonly open: Readonly<Record<string, string | undefined>>;
}

export const seating = createCell<Seating>({ person: undefined, others: {}, open: {} });

/** On a phone one thing shows at a time: a window or a panel. */
export type Pane = SeatId | 'way' | 'wire' | 'faults';
export const pane = createCell<Pane>('desktop');

export function personAt(seat: SeatId, state: Seating, people: readonly SimPerson[]): SimPerson | undefined {
  const wanted = state.others[seat] ?? state.person;
  return people.find(({ id }) => id === wanted) ?? people.find(({ role }) => role === 'employee') ?? people[0];
}

/** Sits down as somebody, at every window. */
export function bePerson(person: string): void {
  seating.set({ ...seating.get(), person, others: {} });
}

export function seatPerson(seat: SeatId, person: string): void {
  const before = seating.get();
  seating.set({ ...before, others: { ...before.others, [seat]: person } });
}

export function openChatAt(seat: string, person: string, chat: string | undefined): void {
  const before = seating.get();
  seating.set({ ...before, open: { ...before.open, [`${seat}:${person}`]: chat } });
}

/** At which window a person did something last: there her client tells her what came of it. */
const actingAt = new Map<string, string>();

export function noteActing(person: string, seat: string): void {
  actingAt.set(person, seat);
}

export function isActingAt(person: string, seat: string): boolean {
  return (actingAt.get(person) ?? 'desktop') === seat;
}

/** Something that was done at a window, and how it ended. The guided tour looks on. */
export interface Deed {
  readonly seat: string;
  readonly action: SimAction;
  readonly result: SimActionResult;
  /** What stood on the button that was pressed. */
  readonly label: string | undefined;
}

const watchers = new Set<(deed: Deed) => void>();

export function onDeed(watcher: (deed: Deed) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function tellDeed(deed: Deed): void {
  for (const watcher of watchers) watcher(deed);
}
