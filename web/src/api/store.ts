import { useSyncExternalStore } from 'react';
import { SIM_PATHS, type SimEvent } from '../../../src/simulator/contract.ts';
import { reduce, type SimState } from './state.ts';

/**
 * The page is always in one of these states towards the simulator.
 * - connecting: the first snapshot has not come yet. Left by it, or by a failure.
 * - live: events come in.
 * - lost: there was a snapshot, the line is gone, the next try is on its way; what was there stays on the screen.
 * - failed: no snapshot and no line; tried again every few seconds, or at once by a press.
 */
export type Link = 'connecting' | 'live' | 'lost' | 'failed';

export interface StoreState {
  readonly link: Link;
  readonly sim: SimState | undefined;
}

export type ToastEvent = Extract<SimEvent, { type: 'toast' }>;

/** First wait before the next try, doubled up to the last. */
const RETRY_MS = { first: 500, last: 5_000 };
/** Without a frame for so long (a hidden tab paints none) events are worked in anyway. */
const HIDDEN_FLUSH_MS = 250;

let state: StoreState = { link: 'connecting', sim: undefined };
const listeners = new Set<() => void>();
const toastListeners = new Set<(event: ToastEvent) => void>();
let queue: SimEvent[] = [];
let flushing = false;
let source: EventSource | undefined;
let retryMs = RETRY_MS.first;
let retryTimer: ReturnType<typeof setTimeout> | undefined;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function current(): StoreState {
  return state;
}

/** Reads a part of the store; `select` must give the same reference while nothing of it changed. */
export function useStore<T>(select: (state: StoreState) => T): T {
  return useSyncExternalStore(subscribe, () => select(state));
}

/** Like {@link useStore}, of what the simulator told; only below the point where the first snapshot has come. */
export function useSim<T>(select: (sim: SimState) => T): T {
  return useStore(({ sim }) => {
    if (sim === undefined) throw new Error('read before the first snapshot');
    return select(sim);
  });
}

export function onToast(listener: (event: ToastEvent) => void): () => void {
  toastListeners.add(listener);
  return () => toastListeners.delete(listener);
}

/** Opens the live stream, and keeps it open until the returned function is called. */
export function connect(): () => void {
  open();
  return () => {
    clearTimeout(retryTimer);
    source?.close();
  };
}

/** Tries at once instead of at the next try. */
export function reconnect(): void {
  retryMs = RETRY_MS.first;
  if (state.link === 'failed') set({ ...state, link: 'connecting' });
  open();
}

/** Makes events happen as if they had come; for what the page fetches itself (older messages). */
export function take(event: SimEvent): void {
  queue.push(event);
  schedule();
}

function open(): void {
  clearTimeout(retryTimer);
  source?.close();
  const opened = new EventSource(SIM_PATHS.events);
  source = opened;
  opened.onmessage = (message: MessageEvent<string>) => {
    retryMs = RETRY_MS.first;
    take(JSON.parse(message.data) as SimEvent);
  };
  opened.onerror = () => {
    opened.close();
    if (source !== opened) return;
    set({ ...state, link: state.sim === undefined ? 'failed' : 'lost' });
    retryTimer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MS.last);
  };
}

/** One pass per painted frame, however many events came: three streaming cards cost what one does. */
function schedule(): void {
  if (flushing) return;
  flushing = true;
  const timer = setTimeout(flush, HIDDEN_FLUSH_MS);
  const frame = requestAnimationFrame(flush);
  function flush(): void {
    if (!flushing) return;
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    flushing = false;
    const events = queue;
    queue = [];
    workIn(events);
  }
}

function workIn(events: readonly SimEvent[]): void {
  const sim = reduce(state.sim, events, Date.now());
  // What was still in the queue when the line was lost does not bring it back; only a snapshot does.
  const isLive = events.some(({ type }) => type === 'snapshot');
  set({ link: isLive ? 'live' : state.link, sim });
  for (const event of events) {
    if (event.type === 'toast') for (const listener of toastListeners) listener(event);
  }
}

function set(next: StoreState): void {
  state = next;
  for (const listener of listeners) listener();
}
