import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApprovalPurpose } from '../../src/core/approvals.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/event.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import type { Log, LogFields } from '../../src/core/log.ts';
import { noMetrics } from '../../src/core/metrics.ts';
import type { Ack, Platform } from '../../src/core/platform.ts';
import type { PlatformDeps, VendorCall } from '../../src/core/platform-definition.ts';
import type { Store } from '../../src/core/store.ts';
import { noTracer } from '../../src/core/tracer.ts';
import { createGuards, DEFAULT_PRIVACY } from '../../src/guard/guards.ts';
import { createWebhooks } from '../../src/http/webhooks.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSemaphore } from '../../src/lib/semaphore.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline/index.ts';
import { dingtalk } from '../../src/platforms/dingtalk/index.ts';
import { type DingtalkApp, type DingtalkOptions, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open.ts';
import { vendorDeps } from './dingtalk-vendor.ts';
import { ScriptAgent } from './script-agent.ts';

/** A robot's whole way on a real store: the simulator, the adapter, the pipeline, a scripted agent. */
export interface DingtalkGateway {
  readonly sim: Simulator;
  readonly app: DingtalkApp;
  readonly agent: ScriptAgent;
  readonly platform: Platform;
  readonly pipeline: Pipeline;
  readonly store: Store;
  /** What was logged, as `event code`. */
  readonly log: readonly string[];
  readonly calls: readonly VendorCall[];
  /** Stands between the platform and the pipeline: a test may lose what was stored before it is answered. */
  around: (delivery: Delivery, accept: () => Promise<Ack>) => Promise<Ack>;
  /** Until nothing is left to do. */
  quiet(): Promise<void>;
  /** Ends as a crash would, as far as a process can do that to itself, and starts anew on the same store. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export interface DingtalkGatewayOptions {
  readonly mode?: 'stream' | 'webhook';
  readonly dingtalk?: DingtalkOptions;
  readonly clock?: Clock;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly deps?: Partial<PlatformDeps>;
  readonly purposes?: readonly ApprovalPurpose[];
  /** Events over HTTP, signed and encrypted with these. */
  readonly events?: { readonly token: string; readonly aesKey: string };
}

export async function startDingtalkGateway(options: DingtalkGatewayOptions = {}): Promise<DingtalkGateway> {
  const { mode = 'stream', clock = systemClock } = options;
  const folder = await mkdtemp(join(tmpdir(), 'posthouse-dingtalk-'));
  const channel = id<ChannelName>('dingtalk');
  const apps = [{ mode, name: 'Helper', ...(options.events && { events: { url: '', ...options.events } }) }];
  const groups = [{ name: 'Team', people: ['lin', 'chen'], bots: [0] }];
  const sim = await startSimulator({ dify: false, clock, dingtalk: { apps, groups, ...options.dingtalk } });
  const { app } = sim.dingtalk;
  const agent = new ScriptAgent();
  const log: string[] = [];
  const calls: VendorCall[] = [];
  let store: Store = await openStore(join(folder, 'dingtalk.db'));
  const shell: { around: DingtalkGateway['around'] } = { around: (_, accept) => accept() };
  let running = await begin();
  const server = await listen();
  if (app.events) app.events = { ...app.events, url: `${urlOf(server)}/webhook/dingtalk` };
  if (mode === 'webhook') app.webhookUrl = `${urlOf(server)}/webhook/dingtalk`;

  async function begin() {
    const worker = randomUUID();
    await store.upkeep.open(worker, clock.now());
    const config = { clientId: app.id, clientSecret: app.secret, mode, baseUrl: sim.url, oapiBaseUrl: sim.url };
    const deps = vendorDeps({ clock, log: keepLog(log), onCall: (call) => void calls.push(call), ...options.deps });
    const platform: Platform = dingtalk.create(dingtalk.configSchema.parse({ ...config, ...options.config }), deps);
    const pipeline = createPipeline(
      {
        store,
        platforms: new Map([[channel, platform]]),
        agents: new Map([[agent.name, { agent, line: createSemaphore(agent.maxConcurrent) }]]),
        rules: new Map([[channel, { agent: agent.name, scope: 'member', answer: 'mentioned' }]]),
        clock,
        log: deps.log,
        metrics: noMetrics,
        purposes: options.purposes ?? [],
        tracer: noTracer,
        guards: createGuards(DEFAULT_PRIVACY),
        random: () => 0,
        options: {
          sessionIdleMs: 7 * 86_400_000,
          answerWithinMs: 1_800_000,
          firstFrameMs: 20,
          maxAttempts: 4,
          recoverWithinMs: 300_000,
        },
      },
      { worker, maxActive: 100, leaseMs: 60_000, sweepEveryMs: 1_000 },
    );
    pipeline.start();
    const ending = new AbortController();
    const accept = (delivery: Delivery) => shell.around(delivery, () => pipeline.accept(delivery));
    const listening = platform.listen?.(accept, ending.signal);
    if (mode === 'stream') await untilOpen(platform);
    return { platform, pipeline, ending, listening };
  }

  async function end({ platform, pipeline, ending, listening }: Awaited<ReturnType<typeof begin>>, drainMs: number) {
    ending.abort();
    await listening;
    await pipeline.stop(drainMs);
    await platform.close?.();
  }

  async function listen(): Promise<Server> {
    const webhooks = createWebhooks({
      channels: new Map([['dingtalk', [channel]]]),
      deliver: (delivery) => running.pipeline.accept(delivery),
      metrics: noMetrics,
      log: keepLog(log),
    });
    const made = createServer((request, response) => webhooks.handle(request, response));
    made.listen(0, '127.0.0.1');
    await once(made, 'listening');
    return made;
  }

  return {
    sim,
    app,
    agent,
    log,
    calls,
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
      return shell.around;
    },
    set around(around) {
      shell.around = around;
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
      store = await openStore(join(folder, 'dingtalk.db'));
      running = await begin();
    },
    async close() {
      await end(running, 500);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await store.close();
      await sim.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilOpen(platform: Platform): Promise<void> {
  while (platform.connection?.().state !== 'open') await systemClock.sleep(5);
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function keepLog(lines: string[]): Log {
  const add = (event: string, fields: LogFields = {}): void => {
    const { error } = fields;
    const code = typeof error === 'object' && error !== null && 'code' in error ? ` ${String(error.code)}` : '';
    lines.push(`${event}${code}`);
  };
  return { debug: add, info: add, warn: add, error: add };
}
