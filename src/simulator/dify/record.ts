import type { IncomingHttpHeaders } from 'node:http';
import type { ScenarioName } from './scenarios.ts';

/** One request, as it came. */
export interface RecordedRequest {
  readonly at: number;
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The app's key, when it is a known one. */
  readonly app: string | undefined;
  /** Keys and cookies are taken out. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or the fields of a form with files as `{ name, mime, size }`. */
  body: unknown;
  /** 0 while there is no answer, and for a line that was cut. */
  status: number;
}

/** One question that reached an app and began a run. */
export interface Asked {
  /** Epoch milliseconds on the stand-in's clock. */
  readonly at: number;
  /** Counts all questions, from 1: the order in which they came. */
  readonly number: number;
  /** The app's key. */
  readonly app: string;
  readonly user: string;
  /** Absent in workflow and completion apps. */
  readonly conversation: string | undefined;
  readonly message: string;
  readonly task: string;
  readonly query: string;
  /** Names of the files that came along. */
  readonly files: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly scenario: ScenarioName;
  readonly streaming: boolean;
  /** When the run was over; absent while it runs. */
  endedAt?: number;
  /** Counts beginnings and ends of runs together; for finding two that ran at once. */
  readonly beganAs: number;
  endedAs?: number;
}

export interface AskedFilter {
  readonly app?: string;
  readonly user?: string;
  readonly conversation?: string;
}

/** What came in, for tests to look at afterwards. */
export class Recorder {
  private kept: RecordedRequest[] = [];
  private questions: Asked[] = [];
  private readonly max: number;
  private ticks = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** The newest requests, oldest first. */
  get requests(): readonly RecordedRequest[] {
    return this.kept.length > this.max ? this.kept.slice(-this.max) : this.kept;
  }

  add(request: RecordedRequest): void {
    if (this.max === 0) return;
    this.kept.push(request);
    // Twice the limit before cutting: one move of the array for many requests.
    if (this.kept.length > this.max * 2) this.kept = this.kept.slice(-this.max);
  }

  began(asked: Omit<Asked, 'number' | 'beganAs'>): Asked {
    this.ticks += 1;
    const entry = { ...asked, number: this.questions.length + 1, beganAs: this.ticks };
    this.questions.push(entry);
    return entry;
  }

  ended(asked: Asked, at: number): void {
    this.ticks += 1;
    asked.endedAt = at;
    asked.endedAs = this.ticks;
  }

  /** Questions in the order they came. */
  asked(filter: AskedFilter = {}): readonly Asked[] {
    const { app, user, conversation } = filter;
    return this.questions.filter(
      (one) =>
        (app === undefined || one.app === app) &&
        (user === undefined || one.user === user) &&
        (conversation === undefined || one.conversation === conversation),
    );
  }

  /** The same, as texts. */
  queries(filter: AskedFilter = {}): readonly string[] {
    return this.asked(filter).map(({ query }) => query);
  }

  /** Questions that were asked more than once by the same person, with how often. */
  repeated(filter: AskedFilter = {}): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const { app, user, query } of this.asked(filter)) {
      const key = `${app} ${user} ${query}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    return new Map([...times].filter(([, count]) => count > 1));
  }

  /** Pairs that ran at once in one conversation: there must be none, for Dify mixes up their history. */
  overlapping(): readonly (readonly [Asked, Asked])[] {
    const last = new Map<string, Asked>();
    const pairs: [Asked, Asked][] = [];
    for (const one of this.questions) {
      if (one.conversation === undefined) continue;
      const before = last.get(one.conversation);
      if (before !== undefined && (before.endedAs ?? Infinity) > one.beganAs) pairs.push([before, one]);
      last.set(one.conversation, one);
    }
    return pairs;
  }

  clear(): void {
    this.kept = [];
    this.questions = [];
  }
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

export function redacted(headers: IncomingHttpHeaders): RecordedRequest['headers'] {
  const shown: { [name: string]: string | string[] | undefined } = {};
  for (const name in headers) shown[name] = SECRET_HEADERS.has(name) ? '[redacted]' : headers[name];
  return shown;
}
