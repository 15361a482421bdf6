import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessRules } from '../../src/core/access.ts';
import type { ApprovalPurpose } from '../../src/core/approvals.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Directory } from '../../src/core/directory.ts';
import type { CardActionEvent, InboundEvent, MessageEvent } from '../../src/core/event.ts';
import type { Fleet } from '../../src/core/fleet.ts';
import { type EventKey, id, type MessageId } from '../../src/core/ids.ts';
import { type Log, noLog } from '../../src/core/log.ts';
import { type Metrics, noMetrics } from '../../src/core/metrics.ts';
import type { PrivacySettings } from '../../src/core/personal-data.ts';
import type { Pusher } from '../../src/core/push.ts';
import type { PushPurpose } from '../../src/core/push-question.ts';
import type { Route } from '../../src/core/routes.ts';
import type { Store } from '../../src/core/store.ts';
import { noTracer } from '../../src/core/tracer.ts';
import type { Guard } from '../../src/guard/guard.ts';
import { createGuards, DEFAULT_PRIVACY, type Guards } from '../../src/guard/guards.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSemaphore, type Semaphore } from '../../src/lib/semaphore.ts';
import { type ChannelRules, createPipeline, type Pipeline, type PipelineOptions } from '../../src/pipeline/index.ts';
import { openStore } from '../../src/store/open.ts';
import { PaperPlatform } from './paper-platform.ts';
import { ScriptAgent } from './script-agent.ts';

export interface TestGateway {
  readonly platform: PaperPlatform;
  /** A second platform, where the same people may be (channel `board`). */
  readonly board: PaperPlatform;
  readonly agent: ScriptAgent;
  readonly store: Store;
  /** The line in front of the agent. */
  line(): Semaphore;
  pipeline: Pipeline;
  deliver(event: InboundEvent): Promise<void>;
  /** Until nothing is left to do. */
  quiet(): Promise<void>;
  /** Ends as a crash would, as far as a process can do that to itself, and starts anew on the same store. */
  crash(keys?: string): Promise<void>;
  /** Every byte that the store has on the disk. */
  bytes(): Promise<Buffer>;
  close(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly options?: Partial<PipelineOptions>;
  readonly rules?: Partial<ChannelRules>;
  readonly agent?: ScriptAgent;
  /** Further agents, which answer where a route says so. */
  readonly others?: readonly ScriptAgent[];
  readonly routes?: readonly Route[];
  readonly directory?: Directory;
  readonly access?: AccessRules;
  readonly clock?: Clock;
  readonly guard?: Guard;
  /** Instead of one guard for everything that leaves. */
  readonly privacy?: Partial<PrivacySettings>;
  readonly log?: Log;
  readonly purposes?: readonly ApprovalPurpose[];
  readonly pushPurposes?: readonly PushPurpose[];
  readonly metrics?: Metrics;
  readonly pusher?: Pusher;
  /** Speaks beside the platforms. */
  readonly robot?: Pusher;
  /** What seals the store's texts. */
  readonly keys?: string;
  /** A store that others work on as well (`postgres://…`), instead of a file. */
  readonly database?: string;
  /** What ties it to the others. */
  readonly fleet?: Fleet;
  /** Default: a second. */
  readonly sweepEveryMs?: number;
}

/** The way of a message on a real SQLite file, between a paper platform and a scripted agent. */
export async function startGateway(given: TestGatewayOptions = {}): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'posthouse-test-'));
  const file = given.database ?? join(folder, 'test.db');
  const platform = new PaperPlatform();
  const board = new PaperPlatform('board');
  const platforms = new Map([platform, board].map((one) => [one.channel, one]));
  if (given.pusher) platform.pusher = given.pusher;
  const agent = given.agent ?? new ScriptAgent();
  const clock = given.clock ?? systemClock;
  const storeOptions = (keys = given.keys) => (keys === undefined ? {} : { keys });
  let store = await openStore(file, storeOptions());
  let line: Semaphore;
  let pipeline = await begin();

  async function begin(): Promise<Pipeline> {
    const worker = randomUUID();
    line = createSemaphore(agent.maxConcurrent);
    await store.upkeep.open(worker, clock.now());
    const made = createPipeline(
      {
        store,
        platforms,
        ...(given.fleet && { fleet: given.fleet }),
        ...(given.robot && { robots: new Map([[given.robot.channel, given.robot]]) }),
        agents: new Map(
          [agent, ...(given.others ?? [])].map((one) => [
            one.name,
            { agent: one, line: one === agent ? line : createSemaphore(one.maxConcurrent) },
          ]),
        ),
        ...(given.routes && { routes: given.routes }),
        ...(given.directory && { directory: given.directory }),
        ...(given.access && { access: given.access }),
        rules: new Map(
          [...platforms.keys()].map((channel) => [
            channel,
            { agent: agent.name, scope: 'member', answer: 'mentioned', ...given.rules },
          ]),
        ),
        clock,
        log: given.log ?? noLog,
        metrics: given.metrics ?? noMetrics,
        purposes: given.purposes ?? [],
        pushPurposes: given.pushPurposes ?? [],
        tracer: noTracer,
        guards: guardsFor(given),
        random: () => 0,
        options: {
          sessionIdleMs: 7 * 86_400_000,
          answerWithinMs: 1_800_000,
          firstFrameMs: 20,
          maxAttempts: 3,
          recoverWithinMs: 5_000,
          ...given.options,
        },
      },
      { worker, maxActive: 100, leaseMs: 60_000, sweepEveryMs: given.sweepEveryMs ?? 1_000 },
    );
    made.start();
    return made;
  }

  const gateway: TestGateway = {
    platform,
    board,
    agent,
    line: () => line,
    get store() {
      return store;
    },
    get pipeline() {
      return pipeline;
    },
    async deliver(event) {
      const body = Buffer.from(JSON.stringify(event));
      const channel = 'to' in event ? event.to.channel : platform.channel;
      await pipeline.accept({ channel, via: 'socket', method: 'POST', headers: {}, query: {}, body });
    },
    async quiet() {
      for (let calm = 0; calm < 3; ) {
        await clock.sleep(5);
        const depth = await store.upkeep.depth();
        const busy = pipeline.activeLanes + depth.inboxWaiting + depth.inboxClaimed + depth.outboxWaiting;
        calm = busy === 0 ? calm + 1 : 0;
      }
    },
    async crash(keys) {
      await store.close();
      await pipeline.stop(0);
      store = await openStore(file, storeOptions(keys));
      pipeline = await begin();
    },
    async bytes() {
      const names = (await readdir(folder)).filter((name) => name.startsWith('test.db'));
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))));
    },
    async close() {
      await pipeline.stop(1_000);
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return gateway;
}

function guardsFor({ guard, privacy }: TestGatewayOptions): Guards {
  const guards = createGuards({ ...DEFAULT_PRIVACY, ...privacy });
  return guard ? { of: (scene) => (scene.direction === 'out' ? guard : guards.of(scene)) } : guards;
}

let counter = 0;

/** A message in a direct chat (one per account), as an adapter would read it. */
export function message(text: string, given: Partial<MessageEvent> & { readonly account?: string } = {}): MessageEvent {
  counter += 1;
  const account = given.account ?? 'ada';
  const key = `om-${counter}`;
  return {
    kind: 'message',
    key: id<EventKey>(key),
    at: Date.now(),
    from: { account: id(account), name: account, ids: {}, lang: 'en' },
    to: { channel: id('paper'), kind: 'direct', chat: id(`chat-${account}`), message: id(key) },
    message: id<MessageId>(key),
    parts: [{ kind: 'text', text }],
    addressed: true,
    ...given,
  };
}

/** The same in a group. */
export function groupMessage(text: string, account: string, given: Partial<MessageEvent> = {}): MessageEvent {
  const plain = message(text, { account });
  return { ...plain, to: { ...plain.to, kind: 'group', chat: id('group') }, ...given };
}

/** A button pressed on the newest look of a message. */
export function press(on: MessageEvent, value: unknown, account: string = on.from.account): CardActionEvent {
  counter += 1;
  const from = { ...on.from, account: id<typeof on.from.account>(account) };
  return {
    kind: 'card-action',
    key: id(`press-${counter}`),
    at: Date.now(),
    from,
    to: on.to,
    message: id('p1'),
    value,
  };
}
