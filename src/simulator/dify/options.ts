import type { AppSpec } from './apps.ts';
import type { StandInClock } from './clock.ts';
import type { FlavourName } from './flavours.ts';
import type { ScenarioName } from './scenarios.ts';
import type { Pace } from './steps.ts';

/** What an answer of one's own may look at. */
export interface Question {
  readonly query: string;
  readonly app: string;
  readonly user: string;
  readonly conversation: string | undefined;
  /** Earlier questions of the conversation, oldest first. */
  readonly earlier: readonly string[];
  /** Which question of the conversation it is, from 1. */
  readonly turn: number;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What can be changed while it runs. */
export interface Tuning {
  /** Which release it behaves as; default `1.14.2`. */
  readonly flavour: FlavourName;
  /** What it plays where no word of the question chooses; default `normal`. */
  readonly scenario: ScenarioName | ((question: Question) => ScenarioName | undefined);
  /** Whether words in the question choose a scenario; default true. */
  readonly words: boolean;
  /** The text of `normal`, `instant` and `paced` answers; default: a demo answer in the language of the question. */
  readonly answer: ((question: Question) => string) | undefined;
  /** How fast it talks; default 300 ms before the first delta, 40 ms between two, word by word. */
  readonly pace: Partial<Pace>;
  /** Added before each response, in milliseconds; default 0. */
  readonly latencyMs: number;
  /** How long `suggested` takes, a model call in life; default 300 ms. */
  readonly suggestMs: number;
  /** Most runs of one app at one time, then 429; default 0, no cap. */
  readonly maxActive: number;
  /** Most chatflow and workflow streams that run at one time, the others wait on pings; default 0, no cap. */
  readonly workers: number;
  /** How long a form waits for a person; default 3 days. */
  readonly formLifeMs: number;
}

export interface DifyStandInOptions extends Partial<Tuning> {
  /** Apps beside the demo apps; one with the same key replaces it. */
  readonly apps?: readonly AppSpec[];
  /** Makes ids and numbers the same in every run. */
  readonly seed?: number;
  /** How many times faster than in life pings, pauses and limits pass; default 1. Not used together with `clock`. */
  readonly speed?: number;
  readonly clock?: StandInClock;
  /** Where `/files/…` is reached from outside, without a slash at the end; default: what the Host header says, and `prefix`. */
  readonly publicUrl?: string;
  /** The path under which it is mounted (`/dify`); only used to write addresses of files. */
  readonly prefix?: string;
  /** Addresses of files without a host, as when `FILES_URL` is unset; default false. */
  readonly relativeFiles?: boolean;
  /** File extensions the deployment refuses; default exe, bat, dll. */
  readonly blockedExtensions?: readonly string[];
  /** How many requests the record keeps, the oldest go first; default 5,000, 0 for none. Questions are all kept. */
  readonly maxRecorded?: number;
  /** Told of each exchange, for a log that people look at. */
  readonly watch?: Watch;
}

/** One request and what becomes of it. Headers carry no keys. */
export interface Exchange {
  readonly id: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The app's key, when it is a known one. */
  readonly app: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface Watch {
  request(exchange: Exchange): void;
  /** One frame of a stream, with its blank line. */
  frame(exchange: Exchange, text: string): void;
  /** The response is over. Streams have no body here; 0 stands for a line that was cut without an answer. */
  response(exchange: Exchange, status: number, body: string): void;
}

export const DEFAULT_TUNING: Tuning = {
  flavour: '1.14.2',
  scenario: 'normal',
  words: true,
  answer: undefined,
  pace: {},
  latencyMs: 0,
  suggestMs: 300,
  maxActive: 0,
  workers: 0,
  formLifeMs: 3 * 24 * 3_600_000,
};

export const DEFAULT_PACE: Pace = { firstMs: 300, chunkMs: 40, chunks: undefined };
