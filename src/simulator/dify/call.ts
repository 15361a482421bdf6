import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppMode, DemoApp } from './apps.ts';
import type { Chance } from './chance.ts';
import type { StandInClock } from './clock.ts';
import { EventStream, type StreamWatch } from './event-stream.ts';
import type { Faults } from './faults.ts';
import type { Flavour } from './flavours.ts';
import { type FormData, readFormData } from './form-data.ts';
import type { DifyStandInOptions, Tuning } from './options.ts';
import type { RecordedRequest, Recorder } from './record.ts';
import { invalidParam, notFound, type Refusal, refusal } from './refusals.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';

/** Everything that one stand-in is made of. */
export interface World {
  readonly options: DifyStandInOptions;
  /** Replaced as a whole by `tune`. */
  tuning: Tuning;
  flavour: Flavour;
  readonly apps: ReadonlyMap<string, DemoApp>;
  readonly clock: StandInClock;
  readonly chance: Chance;
  readonly store: Store;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly signer: Signer;
  /** Runs per app id that are not over. */
  readonly active: Map<string, number>;
  /** Open responses, to be cut when everything is reset. */
  readonly streams: Set<EventStream>;
  /** Streams that wait for a worker. */
  readonly line: (() => void)[];
  /** Runs that have a worker. */
  working: number;
}

export type JsonObject = { readonly [name: string]: unknown };

/** One request on its way through. */
export class Call {
  readonly world: World;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly app: DemoApp;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly params: readonly string[];
  readonly body: Buffer;
  readonly recorded: RecordedRequest;
  readonly watch: StreamWatch | undefined;
  private parsed: JsonObject | undefined;

  constructor(
    parts: Omit<
      Call,
      | 'json'
      | 'form'
      | 'send'
      | 'sendEmpty'
      | 'headers'
      | 'parsed'
      | 'requireMode'
      | 'requireUser'
      | 'limit'
      | 'openStream'
    >,
  ) {
    this.world = parts.world;
    this.req = parts.req;
    this.res = parts.res;
    this.app = parts.app;
    this.path = parts.path;
    this.query = parts.query;
    this.params = parts.params;
    this.body = parts.body;
    this.recorded = parts.recorded;
    this.watch = parts.watch;
  }

  /**
   * The JSON body.
   * @throws {Refusal} 415 for another content type, 400 for what is not a JSON object.
   */
  json(): JsonObject {
    this.parsed ??= readJson(this.req.headers['content-type'], this.body);
    this.recorded.body = this.parsed;
    return this.parsed;
  }

  form(): FormData {
    const form = readFormData(this.req.headers['content-type'] ?? '', this.body) ?? { fields: {}, files: [] };
    this.recorded.body = {
      ...form.fields,
      files: form.files.map(({ field, name, mime, bytes }) => ({ field, name, mime, size: bytes.length })),
    };
    return form;
  }

  requireMode(modes: readonly AppMode[], code: string): void {
    if (modes.includes(this.app.mode)) return;
    throw refusal(400, code, 'Please check if your app mode matches the right API route.');
  }

  /** Answers with a stream of events. */
  openStream(relay: boolean): EventStream {
    const { streams, clock } = this.world;
    const stream = new EventStream(this.res, clock, relay, this.headers, this.watch);
    streams.add(stream);
    this.res.on('close', () => streams.delete(stream));
    return stream;
  }

  get headers(): string[] {
    return versionHeaders(this.world.flavour);
  }

  send(status: number, value: unknown): void {
    sendText(this.res, status, 'application/json', JSON.stringify(value), this.world.flavour);
  }

  sendEmpty(): void {
    this.res.writeHead(204, this.headers).end();
  }

  /** @throws {Refusal} when it is out of range. */
  limit(max: number, fallback: number): number {
    const text = this.query.get('limit');
    if (text === null) return fallback;
    const limit = Number(text);
    if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
    throw invalidParam(`limit must be between 1 and ${max}`, 'limit');
  }
}

function readJson(contentType: string | undefined, body: Buffer): JsonObject {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType ?? '')) {
    throw refusal(
      415,
      'unsupported_media_type',
      "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    );
  }
  const value = parse(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refusal(400, 'bad_request', 'Invalid JSON payload received or JSON payload is empty.');
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The end user's string where one is needed. */
export function requireUser(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidParam('Arg user must be provided.', 'user');
}

/** Who asks without a name shares everything with all others who do. */
export function optionalUser(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : 'DEFAULT-USER';
}

export function requireFound<T>(found: T | undefined, sentence: string): T {
  if (found === undefined) throw notFound(sentence);
  return found;
}

export function versionHeaders(flavour: Flavour): string[] {
  return ['X-Version', flavour.version, 'X-Env', 'PRODUCTION'];
}

export function sendText(res: ServerResponse, status: number, type: string, body: string, flavour: Flavour): void {
  if (res.headersSent || res.destroyed) return;
  const length = String(Buffer.byteLength(body));
  const more = status === 401 ? ['WWW-Authenticate', 'Bearer realm="api"'] : [];
  res
    .writeHead(status, ['Content-Type', type, 'Content-Length', length, ...versionHeaders(flavour), ...more])
    .end(body);
}

export function sendRefusal(res: ServerResponse, refused: Refusal, flavour: Flavour): void {
  sendText(res, refused.status, refused.contentType, refused.body, flavour);
}
