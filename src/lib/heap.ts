import { availableParallelism } from 'node:os';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * What V8 holds, kept small. Node takes these limits on its command line only, and that is not ours: the flags are set while it runs.
 */

const MIB = 1024 * 1024;
/** How large the space for new objects may become, in bytes, by what the process does. */
export interface YoungLimits {
  readonly atRest: number;
  /**
   * Where messages come one after the other and little lasts. What is on its way survives each collection: with 64 questions at once 3 of the
   * 8 MB that fit between two, so there was a collection for every 22 messages and a look through all of the heap for every 400.
   */
  readonly underLoad: number;
  /**
   * Where more than {@link LARGE_BYTES} live. V8 adds this space to what may come to the lasting heap before it looks through that, so at the
   * peak of a thousand growing answers each MB here is two.
   */
  readonly ofLarge: number;
}

const YOUNG: YoungLimits = { atRest: 16 * MIB, underLoad: 64 * MIB, ofLarge: 8 * MIB };

/** Load is so many collections in a row, each so soon behind the one before. A thousand questions that come at once and stay make fewer, and have other uses for memory. */
const LOAD_COLLECTIONS = 50;
const SOON_MS = 250;

/** How much the space for lasting objects may grow between two looks through all of it, in percent; V8's own is up to 300. */
const GROWTH_PERCENT = 50;

/** Up to here hardly more lasts than at rest (20 MB), so what comes is a load of messages and not of answers that grow. */
const LITTLE_BYTES = 28 * MIB;

/** A heap of more than this grows by less: a look costs more there, and so does what is not looked at. A thousand growing answers have 55 MB, of which 20 are the gateway's at rest. */
const LARGE_BYTES = 32 * MIB;
const GROWTH_PERCENT_OF_LARGE = 12;

/*
 * V8's compilers for code that runs often. A start runs most of its code once: what they would make of it is of no use, and their own
 * code and scratch memory (20 MB, most of it for undici's parser of HTTP) would stay for good.
 */
const COMPILERS = ['turbofan', 'maglev', 'sparkplug'];

/** Somebody has chosen compilers on Node's command line (`--jitless`, `--no-opt`, `--max-opt=0`): that holds. */
const CHOSEN = /--(?:no[-_])?(?:jitless|opt|max[-_]opt|turbofan|maglev|sparkplug)\b/;

/**
 * Up to so many processors a collection of new objects is one thread's work. V8 wakes four helpers for each, whatever there is to do: where
 * they find no processor of their own they take the time that others want, and the thread that waits for them waits for their turn.
 */
const FEW_PROCESSORS = 2;

/** In bytes of code run, roughly; V8's own is 13 million, which that parser has used up after some five answers. */
const WASM_TIERING_BUDGET = 2_000_000_000;

/** For a start, before its modules are loaded: all code is interpreted until {@link compileWhatRunsOften}. */
export function interpretOnly(): void {
  // Read when a module of WebAssembly is made. Under load it is compiled for speed all the same, some hundred messages later.
  v8.setFlagsFromString(`--wasm-tiering-budget=${WASM_TIERING_BUDGET}`);
  switchCompilers('--no-');
}

/** Ends {@link interpretOnly}: from now on what runs often is compiled for speed, whatever it ran before. */
export function compileWhatRunsOften(): void {
  switchCompilers('--');
}

function switchCompilers(prefix: '--' | '--no-'): void {
  if (CHOSEN.test([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' '))) return;
  for (const name of COMPILERS) v8.setFlagsFromString(prefix + name);
}

/** Keeps V8 from taking more than the work needs: it takes a machine's memory for its own as long as nobody says otherwise. */
export function limitHeap(limits = YOUNG): void {
  collectWith(availableParallelism());
  collectWhileMarking();
  const mostYoung = youngLimit(limits);
  // Read by V8 whenever it thinks of growing that space; 2 is its own value.
  const growYoung = setter('semi-space-growth-factor', 2);
  // With 1,000 growing answers 248 MB instead of 332, for no more processor time a message than the measurement's own noise (5 %).
  const grow = setter('heap-growing-percent');
  // V8 looks at this one when it begins to look through the heap: it then gives back the space for new objects and what it has no use for.
  // That look takes three times as long, so it is not left on.
  const giveBack = switcher('optimize-for-size');
  grow(GROWTH_PERCENT);
  let live = 0;
  afterCollections((collections) => {
    // What lies about unused between two looks is no reason to be sparing.
    const { young, lasting } = heldBytes();
    if (collections.some(({ wasWhole }) => wasWhole)) live = lasting;
    const times = collections.map(({ at }) => at);
    growYoung(mayDouble(young, mostYoung(times, live, lasting), collections.length) ? 2 : 1);
    grow(growthPercent(live));
    // What it got before, it would never give back by itself.
    giveBack(young > limits.ofLarge && live > LARGE_BYTES);
  });
}

/** Lets the collections of new objects have helpers where there is a processor for them. */
export function collectWith(processors: number): void {
  v8.setFlagsFromString(processors > FEW_PROCESSORS ? '--parallel-scavenge' : '--no-parallel-scavenge');
}

/**
 * Lets new objects be collected while V8 looks through all of the heap, as it did up to V8 12. Else their space grows for as long as that
 * takes, whatever it may have (28 MB were seen of a gateway's 8), and all that is in use in it at the end counts as lasting.
 */
function collectWhileMarking(): void {
  v8.setFlagsFromString('--no-separate-gc-phases');
}

/** @param lasting - How much all objects hold that are not new, in bytes. */
export function growthPercent(lasting: number): number {
  return lasting > LARGE_BYTES ? GROWTH_PERCENT_OF_LARGE : GROWTH_PERCENT;
}

/**
 * Whether the space for new objects may double.
 *
 * @param collections - How many there were since this was asked last. Where the loop has so much to do that there were several, there may be several until it is asked again.
 */
export function mayDouble(young: number, most: number, collections: number): boolean {
  return young * (collections > 1 ? 4 : 2) <= most;
}

/**
 * How large the space for new objects may become, in bytes. By itself it takes 128 MB under load.
 *
 * @returns Told when the last collections were, in milliseconds, how much lived after the last look through all of the heap, and how much is not new by now, in bytes.
 */
export function youngLimit(limits: YoungLimits): (times: readonly number[], live: number, lasting: number) => number {
  const { atRest, underLoad, ofLarge } = limits;
  let before = Number.NEGATIVE_INFINITY;
  let inARow = 0;
  return (times, live, lasting) => {
    for (const time of times) {
      inARow = time - before < SOON_MS ? inARow + 1 : 0;
      before = time;
    }
    if (live > LARGE_BYTES) return ofLarge;
    return inARow >= LOAD_COLLECTIONS && lasting <= LITTLE_BYTES ? underLoad : atRest;
  };
}

interface Collection {
  /** In milliseconds. */
  readonly at: number;
  /** A look through all of the heap, not only through what is new. */
  readonly wasWhole: boolean;
}

/** @param look - Told of the last ones. */
function afterCollections(look: (collections: readonly Collection[]) => void): void {
  new PerformanceObserver((list) => look(list.getEntries().map(collectionOf))).observe({ entryTypes: ['gc'] });
}

function collectionOf({ startTime, detail }: { readonly startTime: number; readonly detail?: unknown }): Collection {
  const { kind } = detail as { readonly kind: number };
  return { at: startTime, wasWhole: kind === constants.NODE_PERFORMANCE_GC_MAJOR };
}

/** What the space for new objects holds, and what objects take that are not new, in bytes; right behind a look through all of the heap these are those that live. */
export function heldBytes(): { readonly young: number; readonly lasting: number } {
  let young = 0;
  let lasting = 0;
  for (const { space_name: name, space_size: size, space_used_size: used } of v8.getHeapSpaceStatistics()) {
    if (name === 'new_space') young = size;
    else if (name !== 'new_large_object_space') lasting += used;
  }
  return { young, lasting };
}

/** Sets a flag of V8's whenever its value is another one. */
function setter(flag: string, initial?: number): (value: number) => void {
  let set = initial;
  return (value) => {
    if (value === set) return;
    set = value;
    v8.setFlagsFromString(`--${flag}=${value}`);
  };
}

/** Switches a flag of V8's whenever it stands otherwise. */
function switcher(flag: string): (on: boolean) => void {
  let set = false;
  return (on) => {
    if (on === set) return;
    set = on;
    v8.setFlagsFromString(on ? `--${flag}` : `--no-${flag}`);
  };
}

/** Gives back what a start has left behind (some 20 MB): a process at rest would keep it for good. Takes some tens of milliseconds. */
export function giveBackMemory(): void {
  // Left on: flags are the process's, and another thread may be about to do the same.
  v8.setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
