import type { ScenarioName } from './scenarios.ts';

/** Something that goes wrong on purpose, apart from what a question asks for. */
export interface DifyFault {
  readonly does: /** 429 in its three forms: the app is full, the quota is used up, the edge's HTML. */
    | { readonly kind: 'busy' | 'quota' | 'edge' }
    /** A reverse proxy's HTML page: 413, 429, 502, 503, 504, 524. */
    | { readonly kind: 'page'; readonly status: number }
    /** An error in Dify's own form. */
    | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message?: string }
    /** The request is read and never answered. */
    | { readonly kind: 'hang' }
    /** The line is cut before there is an answer; the request has had no effect. */
    | { readonly kind: 'disconnect' }
    /** A question begins its run, but its answer never: the line is cut, or a proxy says 502. */
    | { readonly kind: 'lost-head'; readonly status?: 502 }
    /** Answered as always, but late. */
    | { readonly kind: 'late'; readonly ms: number }
    /** The next question is answered by this scenario, whatever its words. */
    | { readonly kind: 'scenario'; readonly name: ScenarioName };
  /** How often; default 1, `Infinity` until it is taken back. */
  readonly times?: number;
  /** Only requests whose path contains this. A `scenario` meets questions only, anyway. */
  readonly path?: string;
  /** Only this app, by key. */
  readonly app?: string;
  /** 0 to 1; default 1. */
  readonly probability?: number;
}

export interface ActiveFault extends DifyFault {
  readonly id: number;
  readonly hits: number;
  readonly left: number;
}

/** The faults that wait for a request. The first that fits strikes. */
export class Faults {
  private waiting: { fault: DifyFault; id: number; hits: number; left: number }[] = [];
  private count = 0;

  add(fault: DifyFault): number {
    this.count += 1;
    this.waiting.push({ fault, id: this.count, hits: 0, left: fault.times ?? 1 });
    return this.count;
  }

  list(): readonly ActiveFault[] {
    return this.waiting.map(({ fault, id, hits, left }) => ({ ...fault, id, hits, left }));
  }

  remove(id: number): boolean {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((one) => one.id !== id);
    return this.waiting.length < before;
  }

  clear(): void {
    this.waiting = [];
  }

  get none(): boolean {
    return this.waiting.length === 0;
  }

  /** Takes the fault that strikes this request, if there is one. `chance` is drawn anew for each candidate. */
  strike(
    path: string,
    app: string | undefined,
    question: boolean,
    chance: () => number,
  ): DifyFault['does'] | undefined {
    const found = this.waiting.find(
      ({ fault }) => fits(fault, path, app, question) && chance() < (fault.probability ?? 1),
    );
    if (found === undefined) return undefined;
    found.hits += 1;
    found.left -= 1;
    if (found.left <= 0) this.remove(found.id);
    return found.fault.does;
  }
}

function fits(fault: DifyFault, path: string, app: string | undefined, question: boolean): boolean {
  if ((fault.does.kind === 'scenario') !== question) return false;
  return (fault.path === undefined || path.includes(fault.path)) && (fault.app === undefined || fault.app === app);
}
