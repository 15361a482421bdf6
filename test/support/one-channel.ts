import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApprovalPurpose } from '../../src/core/approvals.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/event.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import type { Log, LogFields } from '../../src/core/log.ts';
import { noMetrics } from '../../src/core/metrics.ts';
import type { PrivacySettings } from '../../src/core/personal-data.ts';
import type { Ack, Platform } from '../../src/core/platform.ts';
import type { Store } from '../../src/core/store.ts';
import { noTracer } from '../../src/core/tracer.ts';
import { createGuards, DEFAULT_PRIVACY } from '../../src/guard/guards.ts';
import { createWebhooks } from '../../src/http/webhooks.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSemaphore } from '../../src/lib/semaphore.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline/index.ts';
import { openStore } from '../../src/store/open.ts';
import { ScriptAgent } from './script-agent.ts';

/** One channel's whole way on a real store: its adapter, the pipeline, a scripted agent, and an address for callbacks. */
export interface OneChannel {
  readonly agent: ScriptAgent;
  readonly platform: Platform;
  readonly pipeline: Pipeline;
  readonly store: Store;
  /** What was logged, as `event code`. */
  readonly log: readonly string[];
  /** Where callbacks go. */
  readonly url: string;
  /** Stands between the long connection and the pipeline: a test may lose what was stored before it is answered. */
  around: (delivery: Delivery, accept: () => Promise<Ack>) => Promise<Ack>;
  /** Until nothing is left to do. */
  quiet(): Promise<void>;
  /** Ends as a crash would, as far as a process can do that to itself, and starts anew on the same store. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export interface OneChannelOptions {
  readonly name: string;
  /** Makes the adapter, anew after a crash. */
  readonly create: (log: Log) => Platform;
  /** Whether a long connection has to be open before anything can come in. */
  readonly isConnected: boolean;
  readonly clock?: Clock;
  readonly leaseMs?: number;
  readonly maxAttempts?: number;
  readonly privacy?: Partial<PrivacySettings> | undefined;
  readonly purposes?: readonly ApprovalPurpose[] | undefined;
}

export async function startOneChannel(options: OneChannelOptions): Promise<OneChannel> {
  const { name, clock = systemClock, leaseMs = 60_000, maxAttempts = 4 } = options;
  const folder = await mkdtemp(join(tmpdir(), `posthouse-${name}-`));
  const file = join(folder, 'channel.db');
  const channel = id<ChannelName>(name);
  const agent = new ScriptAgent();
  const lines: string[] = [];
  const log = keepLog(lines);
  let store: Store = await openStore(file);
  let around: OneChannel['around'] = (_, accept) => accept();
  let running = await begin();
  const webhooks = createWebhooks({
    channels: new Map([[name, [channel]]]),
    deliver: (delivery) => running.pipeline.accept(delivery),
    metrics: noMetrics,
    log,
  });
  const server = createServer((request, response) => webhooks.handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function begin() {
    const worker = randomUUID();
    await store.upkeep.open(worker, clock.now());
    const platform = options.create(log);
    const pipeline = createPipeline(
      {
        store,
        platforms: new Map([[channel, platform]]),
        agents: new Map([[agent.name, { agent, line: createSemaphore(agent.maxConcurrent) }]]),
        rules: new Map([[channel, { agent: agent.name, scope: 'member', answer: 'mentioned' }]]),
        clock,
        log,
        metrics: noMetrics,
        purposes: options.purposes ?? [],
        tracer: noTracer,
        guards: createGuards({ ...DEFAULT_PRIVACY, ...options.privacy }),
        random: () => 0,
        options: {
          sessionIdleMs: 7 * 86_400_000,
          answerWithinMs: 1_800_000,
          firstFrameMs: 20,
          maxAttempts,
          recoverWithinMs: 300_000,
        },
      },
      { worker, maxActive: 100, leaseMs, sweepEveryMs: 1_000 },
    );
    pipeline.start();
    const ending = new AbortController();
    const accept = (delivery: Delivery) => around(delivery, () => pipeline.accept(delivery));
    const listening = platform.listen?.(accept, ending.signal);
    if (options.isConnected) await untilOpen(platform);
    return { platform, pipeline, ending, listening };
  }

  async function end({ platform, pipeline, ending, listening }: Awaited<ReturnType<typeof begin>>, drainMs: number) {
    ending.abort();
    await listening;
    await pipeline.stop(drainMs);
    await platform.close?.();
  }

  return {
    agent,
    log: lines,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/${name}`,
    get store() {
      return store;
    },
    get pipeline() {
      return running.pipeline;
    },
    get platform() {
      return running.platform;
    },
    get around() {
      return around;
    },
    set around(wanted) {
      around = wanted;
    },
    async quiet() {
      for (let calm = 0; calm < 3; ) {
        await systemClock.sleep(5);
        const depth = await store.upkeep.depth();
        const busy = running.pipeline.activeLanes + depth.inboxWaiting + depth.inboxClaimed + depth.outboxWaiting;
        calm = busy === 0 ? calm + 1 : 0;
      }
    },
    async crash() {
      await store.close();
      await end(running, 0);
      store = await openStore(file);
      running = await begin();
    },
    async close() {
      await end(running, 500);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Not for ever: some connections are refused. */
async function untilOpen(platform: Platform): Promise<void> {
  for (let tries = 0; tries < 500 && platform.connection?.().state !== 'open'; tries += 1) await systemClock.sleep(10);
}

function keepLog(lines: string[]): Log {
  const add = (event: string, fields: LogFields = {}): void => {
    const { error } = fields;
    const code = typeof error === 'object' && error !== null && 'code' in error ? ` ${String(error.code)}` : '';
    lines.push(`${event}${code}`);
  };
  return { debug: add, info: add, warn: add, error: add };
}
