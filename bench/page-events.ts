/** What the simulator tells the page, kept and told once more. All but {@link batchesOf} runs in the page. */

/** One event, and when it came, in milliseconds. */
export interface Heard {
  readonly at: number;
  readonly data: string;
}

/** What the functions that run in the page find there. */
export interface InPage {
  requestAnimationFrame(run: (at: number) => void): void;
  readonly heard: Heard[];
  feed(data: string): void;
}

/** Keeps all that comes, in `heard`. */
export function hearEvents(): void {
  const heard: Heard[] = [];
  const Real = globalThis.EventSource;
  class Hearing extends Real {
    constructor(url: string | URL) {
      super(url);
      this.addEventListener('message', ({ data }) => heard.push({ at: performance.now(), data: data as string }));
    }
  }
  Object.assign(globalThis, { EventSource: Hearing, heard });
}

/** Lets nothing come but what is fed, by `feed`. */
export function waitForFeed(): void {
  class Fed {
    onmessage: ((message: { data: string }) => void) | undefined;
    constructor() {
      Object.assign(globalThis, { feed: (data: string) => this.onmessage?.({ data }) });
    }
    close(): void {}
  }
  Object.assign(globalThis, { EventSource: Fed });
}

/** Feeds a batch in each frame, and ends when the last one is painted. */
export async function feedAll(batches: readonly (readonly string[])[]): Promise<void> {
  const { feed, requestAnimationFrame: nextFrame } = globalThis as unknown as InPage;
  // The page works in what has come when its frame begins; the next one says that this one is painted.
  const painted = (): Promise<void> => new Promise((resolve) => nextFrame(() => nextFrame(() => resolve())));
  for (const batch of batches) {
    for (const data of batch) feed(data);
    await painted();
  }
}

/** What came within one frame, together. */
export function batchesOf(events: readonly Heard[], frameMs: number): string[][] {
  const batches: string[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const { at, data } of events) {
    if (at >= until) {
      batches.push([]);
      until = at + frameMs;
    }
    batches.at(-1)?.push(data);
  }
  return batches;
}
