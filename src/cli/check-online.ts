import { AGENTS, type AgentKind } from '../agents/registry.ts';
import { proxyOf } from '../app/made.ts';
import type { AgentSettings, ChannelSettings, Settings } from '../config/settings.ts';
import type { InLanguages } from '../core/lang.ts';
import { noLog } from '../core/log.ts';
import { systemClock } from '../lib/clock.ts';
import { lookAtStore } from '../store/look.ts';
import { isPostgres } from '../store/place.ts';
import { failureText } from './failure.ts';
import { onePlatform } from './one-platform.ts';
import type { Terminal } from './terminal.ts';

type Faults = readonly InLanguages[];

/** How long one channel or agent may take. */
const TIMEOUT_MS = 20_000;

/** Tries the servers and every channel's and every agent's credentials; answers how many faults it found. */
export async function checkOnline(terminal: Terminal, settings: Settings): Promise<number> {
  const servers = serversOf(settings).map(async ({ title, attempt }) => ({
    title: terminal.say(title),
    faults: await faultsOf(terminal, attempt),
  }));
  const channels = settings.channels.map(async (channel) => ({
    title: `${terminal.say({ zh: '渠道', en: 'channel' })} ${channel.name}`,
    faults: await faultsOf(terminal, (signal) => tryChannel(channel, settings, signal)),
  }));
  const agents = settings.agents.map(async (agent) => ({
    title: `${terminal.say({ zh: '智能体', en: 'agent' })} ${agent.name}`,
    faults: await faultsOf(terminal, (signal) => tryAgent(agent, settings, signal)),
  }));
  let count = 0;
  for (const { title, faults } of await Promise.all([...servers, ...channels, ...agents])) {
    if (faults.length === 0) terminal.out(`✔ ${title}: ${terminal.say({ zh: '在线检查通过', en: 'works online' })}`);
    for (const fault of faults) terminal.out(`✘ ${title}: ${fault}`);
    count += faults.length;
  }
  return count;
}

interface Server {
  readonly title: InLanguages;
  readonly attempt: () => Promise<Faults>;
}

/** What the gateway itself leans on, beside the vendors and agents. */
function serversOf({ databaseUrl, redisUrl }: Settings): readonly Server[] {
  const servers: Server[] = [];
  if (isPostgres(databaseUrl)) {
    servers.push({
      title: { zh: '存储', en: 'store' },
      attempt: async () => {
        await lookAtStore(databaseUrl);
        return [];
      },
    });
  }
  if (redisUrl !== undefined) {
    servers.push({
      title: { zh: 'Redis', en: 'Redis' },
      attempt: async () => (await import('../redis/look.ts')).lookAtRedis(redisUrl),
    });
  }
  return servers;
}

async function faultsOf(
  terminal: Terminal,
  attempt: (signal: AbortSignal) => Promise<Faults>,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return (await attempt(signal)).map((fault) => terminal.say(fault));
  } catch (error) {
    return [terminal.say(signal.aborted ? NO_ANSWER : failureText(error))];
  }
}

const NO_ANSWER: InLanguages = {
  zh: `${TIMEOUT_MS / 1000} 秒内没有回应：请检查地址、网络和 HTTPS_PROXY。`,
  en: `There was no answer within ${TIMEOUT_MS / 1000} s: check the address, the network and HTTPS_PROXY.`,
};

async function tryChannel(channel: ChannelSettings, settings: Settings, signal: AbortSignal): Promise<Faults> {
  const platform = onePlatform(channel, settings);
  try {
    return (await platform.check?.(signal)) ?? [];
  } finally {
    await platform.close?.();
  }
}

async function tryAgent(settings: AgentSettings, all: Settings, signal: AbortSignal): Promise<Faults> {
  const agent = AGENTS[settings.kind as AgentKind].create(settings.config, {
    name: settings.name,
    clock: systemClock,
    log: noLog,
    random: Math.random,
    ...proxyOf(all),
  });
  try {
    return (await agent.check?.(signal)) ?? [];
  } finally {
    await agent.close?.();
  }
}
