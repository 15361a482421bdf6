import type { AnySimAction, SimActionResult, SimPerson } from '../../../src/simulator/contract.ts';
import { createCell } from '../api/cell.ts';
import { getPreferences, setPreferences } from '../api/preferences.ts';
import { current } from '../api/store.ts';
import { canSitAt, MAX_OPEN, openSeatsOf, SEATS, type SeatId, seatsOf } from './seat-kinds.ts';

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

/** Sits down as somebody at every window that is hers; one of them is opened when none was. */
export function bePerson(person: SimPerson): void {
  seating.set({ ...seating.get(), person: person.id, others: {} });
  const { sim } = current();
  if (sim === undefined) return;
  const hers = seatsOf(sim.apps).filter((seat) => canSitAt(seat, person, sim.apps));
  const [first] = hers;
  if (first !== undefined && !openSeats().some((seat) => hers.includes(seat))) showSeat(first);
}

export function seatPerson(seat: SeatId, person: string): void {
  const before = seating.get();
  seating.set({ ...before, others: { ...before.others, [seat]: person } });
}

export function openChatAt(seat: string, person: string, chat: string | undefined): void {
  const before = seating.get();
  seating.set({ ...before, open: { ...before.open, [`${seat}:${person}`]: chat } });
}

/** Three fit on a wide screen, two on a common one; on a phone they lie behind each other. */
export function roomNow(): number {
  return innerWidth >= 1024 && innerWidth < 1600 ? 2 : MAX_OPEN;
}

function openSeats(): readonly SeatId[] {
  return openSeatsOf(current().sim?.apps ?? [], getPreferences().windows, roomNow());
}

/** Brings a window up: in front on a phone, in the place of the last one where there is no room beside the others. */
export function showSeat(seat: SeatId): void {
  pane.set(seat);
  const open = openSeats();
  if (open.includes(seat)) return;
  setPreferences({ windows: open.length < roomNow() ? [...open, seat] : [...open.slice(0, -1), seat] });
}

/** Opens one more, also when they get narrow. */
export function addSeat(seat: SeatId): void {
  pane.set(seat);
  setPreferences({ windows: [...openSeats(), seat] });
}

export function swapSeat(seat: SeatId, other: SeatId): void {
  if (pane.get() === seat) pane.set(other);
  setPreferences({ windows: openSeats().map((one) => (one === seat ? other : one)) });
}

export function closeSeat(seat: SeatId): void {
  const left = openSeats().filter((one) => one !== seat);
  const [first] = left;
  if (first !== undefined && pane.get() === seat) pane.set(first);
  setPreferences({ windows: left });
}

/** At which window of a platform a person did something last: there her client tells her what came of it. */
const actingAt = new Map<string, string>();

export function noteActing(person: string, seat: string): void {
  const kind = SEATS.find(({ id }) => id === seat);
  if (kind !== undefined) actingAt.set(`${kind.platform}:${person}`, seat);
}

export function isActingAt(person: string, seat: string): boolean {
  const kind = SEATS.find(({ id }) => id === seat);
  const first = SEATS.find(({ platform }) => platform === kind?.platform)?.id;
  return (actingAt.get(`${kind?.platform ?? ''}:${person}`) ?? first) === seat;
}

/** Something that was done at a window, and how it ended. The guided tour looks on. */
export interface Deed {
  readonly seat: string;
  readonly action: AnySimAction;
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
