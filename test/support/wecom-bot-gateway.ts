import type { Clock } from '../../src/core/clock.ts';
import type { PrivacySettings } from '../../src/core/personal-data.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { wecomBot } from '../../src/platforms/wecom/bot/index.ts';
import { type Simulator, startSimulator, type WecomBot, type WecomOptions } from '../../src/simulator/index.ts';
import { type OneChannel, startOneChannel } from './one-channel.ts';
import { BOT_AES_KEY, botConfig, botDeps } from './wecom-bot.ts';

/** An AI bot's whole way, from the simulator to a scripted agent. */
export interface BotGateway extends OneChannel {
  readonly sim: Simulator;
  readonly bot: WecomBot;
}

export interface BotGatewayOptions {
  readonly mode: 'webhook' | 'socket';
  readonly wecom?: WecomOptions;
  readonly clock?: Clock;
  readonly fetchUrl?: PlatformDeps['fetchUrl'];
  readonly privacy?: Partial<PrivacySettings>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly maxAttempts?: number;
}

export async function startBotGateway(options: BotGatewayOptions): Promise<BotGateway> {
  const { mode, clock = systemClock, fetchUrl, maxAttempts } = options;
  const bots = [{ mode, name: 'Helper', encodingAesKey: BOT_AES_KEY }];
  const groups = [{ name: 'Team', people: ['lin', 'chen'], bots: [0] }];
  const limits = { streamPollMs: 100 };
  const wecom: WecomOptions = { apps: [], kf: false, bots, groups, limits, ...options.wecom };
  const sim = await startSimulator({ dify: false, clock, wecom });
  const { bot } = sim.wecom;
  const channel = await startOneChannel({
    name: 'wecom-bot',
    clock,
    // Some tests let a hundred times as much time pass.
    leaseMs: 60_000 * 100,
    privacy: options.privacy,
    isConnected: mode === 'socket',
    ...(maxAttempts !== undefined && { maxAttempts }),
    create: (log) =>
      wecomBot.create(botConfig(sim, bot, options.config), botDeps({ clock, log, ...(fetchUrl && { fetchUrl }) })),
  });
  bot.webhookUrl = mode === 'webhook' ? channel.url : undefined;
  const { close } = channel;
  return Object.assign(channel, {
    sim,
    bot,
    async close() {
      await close();
      await sim.close();
    },
  });
}
