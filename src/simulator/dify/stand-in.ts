import type { IncomingMessage, ServerResponse } from 'node:http';
import { completeApp, DEMO_APPS, type DemoApp } from './apps.ts';
import { authorised, keyOf } from './authorise.ts';
import { Call, sendRefusal, sendText, type World } from './call.ts';
import { createChance } from './chance.ts';
import { FastClock } from './clock.ts';
import { Faults } from './faults.ts';
import { signedFile } from './files.ts';
import { FLAVOURS } from './flavours.ts';
import { stopPaused } from './open-forms.ts';
import { DEFAULT_TUNING, type DifyStandInOptions, type Exchange, type Tuning } from './options.ts';
import { type RecordedRequest, Recorder, redacted } from './record.ts';
import { notFound, page, Refusal, refusal } from './refusals.ts';
import { findRoute } from './routes.ts';
import { Signer } from './signer.ts';
import { Store } from './store.ts';
import { sleep, struck } from './strike.ts';
import { watchResponse } from './watch.ts';

/** A Dify that needs no models: the far side of the wire for a gateway. */
export interface DifyStandIn {
  /**
   * Answers one request; never rejects. `req.url` begins with `/v1` or `/files`: a prefix is stripped by the one who
   * mounts it, and named in `options.prefix`.
   */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Nothing happens any more: runs, pings and forms stand still for ever. */
  close(): Promise<void>;
  readonly record: Recorder;
  readonly faults: Faults;
  readonly apps: readonly DemoApp[];
  readonly tuning: Tuning;
  /** Changes how it behaves from the next request on. */
  tune(changes: Partial<Tuning>): void;
  /** How many times faster than in life; without effect with a clock of one's own. */
  speed: number;
  /** Forgets conversations, files, runs, faults and the record; apps and tuning stay. */
  reset(): void;
}

/** nginx in front of Dify takes no more. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

export function createDifyStandIn(options: DifyStandInOptions = {}): DifyStandIn {
  const own = options.clock === undefined ? new FastClock(options.speed) : undefined;
  const world = createWorld(options, own);
  let count = 0;
  return {
    handle: (req, res) => handle(world, req, res, (count += 1)),
    async close() {
      forget(world);
      own?.close();
    },
    record: world.recorder,
    faults: world.faults,
    apps: [...world.apps.values()],
    get tuning() {
      return world.tuning;
    },
    tune: (changes) => tune(world, changes),
    get speed() {
      return own?.speed ?? 1;
    },
    set speed(speed: number) {
      if (own !== undefined) own.speed = speed;
    },
    reset() {
      forget(world);
      world.recorder.clear();
      world.faults.clear();
    },
  };
}

function createWorld(options: DifyStandInOptions, own: FastClock | undefined): World {
  const clock = options.clock ?? own ?? new FastClock();
  const chance = createChance(options.seed);
  const all = [...DEMO_APPS, ...(options.apps ?? []).map(completeApp)];
  const tuning: Tuning = { ...DEFAULT_TUNING, ...options };
  return {
    options,
    tuning,
    flavour: FLAVOURS[tuning.flavour],
    apps: new Map(all.map((app) => [app.key, app])),
    clock,
    chance,
    store: new Store(chance),
    recorder: new Recorder(options.maxRecorded ?? 5000),
    faults: new Faults(),
    signer: new Signer(clock, chance, options),
    active: new Map(),
    streams: new Set(),
    line: [],
    working: 0,
  };
}

/** Cuts every line, ends every run, and knows of nothing any more. */
function forget(world: World): void {
  for (const stream of world.streams) stream.cut();
  for (const run of world.store.tasks.values()) {
    run.unstoppable = false;
    if (run.status === 'paused') stopPaused(run);
    else run.stop();
  }
  world.store.clear();
}

function tune(world: World, changes: Partial<Tuning>): void {
  world.tuning = { ...world.tuning, ...changes };
  world.flavour = FLAVOURS[world.tuning.flavour];
}

async function handle(world: World, req: IncomingMessage, res: ServerResponse, id: number): Promise<void> {
  try {
    await answer(world, req, res, id);
  } catch (error) {
    const refused = error instanceof Refusal ? error : refusal(500, 'internal_server_error', 'Internal Server Error');
    sendRefusal(res, refused, world.flavour);
  }
}

async function answer(world: World, req: IncomingMessage, res: ServerResponse, id: number): Promise<void> {
  const { method = 'GET', url = '/' } = req;
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark));
  const body = await readBody(req);
  const app = world.apps.get(keyOf(req) ?? '');
  const recorded: RecordedRequest = {
    at: world.clock.now(),
    method,
    path,
    query: mark < 0 ? {} : Object.fromEntries(query),
    app: app?.key,
    headers: redacted(req.headers),
    body: undefined,
    status: 0,
  };
  world.recorder.add(recorded);
  res.on('close', () => {
    recorded.status = res.headersSent ? res.statusCode : 0;
  });
  const exchange: Exchange = { id, at: recorded.at, method, path: url, app: app?.key, headers: recorded.headers, body };
  const { watch: watcher } = world.options;
  const watch = watcher === undefined ? undefined : watchResponse(watcher, exchange, res);

  if (world.tuning.latencyMs > 0) await sleep(world, world.tuning.latencyMs);
  if (!world.faults.none && (await struck(world, path, app?.key, res))) return;
  if (path.startsWith('/files/') && method === 'GET') return signedFile(world, { path, query, res, headers: [] });
  if (!path.startsWith('/v1')) throw notFound('The requested URL was not found on the server.');
  if (path === '/v1/' || path === '/v1') return welcome(world, res);
  const found = findRoute(method, path.slice(3));
  if (found === undefined) throw notFound('The requested URL was not found on the server.');
  if (found.kind === 'wrong-method')
    throw refusal(405, 'method_not_allowed', 'The method is not allowed for the requested URL.');
  const { handler, params } = found;
  await handler(
    new Call({ world, req, res, app: authorised(req, app, world.flavour), path, query, params, body, recorded, watch }),
  );
}

function welcome(world: World, res: ServerResponse): void {
  const body = { welcome: 'Dify OpenAPI', api_version: 'v1', server_version: world.flavour.version };
  sendText(res, 200, 'application/json', JSON.stringify(body), world.flavour);
}

function readBody(req: IncomingMessage): Promise<Buffer> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else failed(page(413));
    });
    req.on('end', () => done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    req.on('error', failed);
  });
}
