import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/core/clock.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import type { Log, LogFields } from '../../src/core/log.ts';
import { noMetrics } from '../../src/core/metrics.ts';
import type { PrivacySettings } from '../../src/core/personal-data.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import type { Store } from '../../src/core/store.ts';
import { noTracer } from '../../src/core/tracer.ts';
import { createGuards, DEFAULT_PRIVACY } from '../../src/guard/guards.ts';
import { createWebhooks } from '../../src/http/webhooks.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createSemaphore } from '../../src/lib/semaphore.ts';
import { createPipeline, type PushService } from '../../src/pipeline/index.ts';
import { wecomBot } from '../../src/platforms/wecom/bot/index.ts';
import { type Simulator, startSimulator, type WecomBot, type WecomOptions } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open.ts';
import { ScriptAgent } from './script-agent.ts';
import { BOT_AES_KEY, botConfig, botDeps, untilOpen } from './wecom-bot.ts';

/** An AI bot's whole way on a real store: the simulator, the adapter, the pipeline, a scripted agent. */
export interface BotGateway {
  readonly sim: Simulator;
  readonly bot: WecomBot;
  readonly agent: ScriptAgent;
  readonly platform: Platform;
  readonly store: Store;
  readonly pushes: PushService;
  /** What was logged, as `event { code }`. */
  readonly log: readonly string[];
  /** Until nothing is left to do. */
  quiet(): Promise<void>;
  /** Ends as a crash would, as far as a process can do that to itself, and starts anew on the same store. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export interface BotGatewayOptions {
  readonly mode: 'webhook' | 'socket';
  readonly wecom?: WecomOptions;
  readonly clock?: Clock;
  readonly fetchUrl?: PlatformDeps['fetchUrl'];
  readonly privacy?: Partial<PrivacySettings>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Time that runs so many times faster, for the vendor and for us alike. */
export function fastClock(speed: number): Clock {
  const begun = Date.now();
  return {
    now: () => Math.round(begun + (Date.now() - begun) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}

export async function startBotGateway(options: BotGatewayOptions): Promise<BotGateway> {
  const { mode, clock = systemClock } = options;
  const folder = await mkdtemp(join(tmpdir(), 'posthouse-bot-'));
  const bots = [{ mode, name: 'Helper', encodingAesKey: BOT_AES_KEY }];
  const groups = [{ name: 'Team', people: ['lin', 'chen'], bots: [0] }];
  const limits = { streamPollMs: 100 };
  const wecom: WecomOptions = { apps: [], kf: false, bots, groups, limits, ...options.wecom };
  const sim = await startSimulator({ dify: false, clock, wecom });
  const { bot } = sim.wecom;
  const agent = new ScriptAgent();
  const log: string[] = [];
  const channel = id<ChannelName>('wecom-bot');
  let store = await openStore(join(folder, 'bot.db'));
  let running = await begin();
  const server = await listen();
  bot.webhookUrl = mode === 'webhook' ? `${urlOf(server)}/webhook/wecom-bot` : undefined;

  async function begin() {
    const worker = randomUUID();
    await store.upkeep.open(worker, clock.now());
    const deps = botDeps({ clock, log: keepLog(log), ...(options.fetchUrl && { fetchUrl: options.fetchUrl }) });
    const platform: Platform = wecomBot.create(botConfig(sim, bot, options.config), deps);
    const pipeline = createPipeline(
      {
        store,
        platforms: new Map([[channel, platform]]),
        agents: new Map([[agent.name, { agent, line: createSemaphore(agent.maxConcurrent) }]]),
        rules: new Map([[channel, { agent: agent.name, scope: 'member', answer: 'mentioned' }]]),
        clock,
        log: deps.log,
        metrics: noMetrics,
        tracer: noTracer,
        guards: createGuards({ ...DEFAULT_PRIVACY, ...options.privacy }),
        random: () => 0,
        options: {
          sessionIdleMs: 7 * 86_400_000,
          answerWithinMs: 1_800_000,
          firstFrameMs: 20,
          maxAttempts: 4,
          recoverWithinMs: 300_000,
        },
      },
      { worker, maxActive: 100, leaseMs: 60_000 * 100, sweepEveryMs: 1_000 },
    );
    pipeline.start();
    const ending = new AbortController();
    const listening = platform.listen?.((delivery) => pipeline.accept(delivery), ending.signal);
    if (mode === 'socket') await untilOpen(platform);
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
      channels: new Map([['wecom-bot', [channel]]]),
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
    bot,
    agent,
    log,
    get platform() {
      return running.platform;
    },
    get store() {
      return store;
    },
    get pushes() {
      return running.pipeline.pushes;
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
      store = await openStore(join(folder, 'bot.db'));
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
