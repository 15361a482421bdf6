import type { PlatformKind } from '../simulator/contract.ts';
import type { Simulator } from '../simulator/index.ts';
import { gatewayEnv, startFarSide } from './far-side.ts';
import { firstSignal } from './signals.ts';
import type { Terminal } from './terminal.ts';

export interface SimulateOptions {
  readonly port?: number;
  readonly host: string;
  /** How the gateway reaches it; default: where it listens. */
  readonly url?: string;
  /** Undefined for what is usual at each vendor. */
  readonly mode?: 'webhook' | 'socket';
  /** Default: all. */
  readonly platforms?: readonly PlatformKind[];
  /** A gateway's address, or a whole callback address. */
  readonly webhook?: string;
  readonly speed: number;
}

/** Runs the far side alone, for a gateway or a bot of one's own. */
export async function simulate(terminal: Terminal, options: SimulateOptions): Promise<number> {
  const { port, host, url, mode, platforms, speed, webhook } = options;
  const simulator = await startFarSide({
    port,
    host,
    mode,
    speed,
    ...(url !== undefined && { publicUrl: url.replace(/\/+$/, '') }),
    ...(platforms !== undefined && { platforms }),
    ...(webhook !== undefined && { deliverTo: webhook }),
  });
  const stopped = firstSignal();
  terminal.out(`\n  ${simulator.url}\n`);
  terminal.out(
    terminal.say({
      zh: '  模拟端已就绪。把下面的设置交给网关或你自己的机器人：\n',
      en: '  The far side is ready. Give these to a gateway, or to a bot of your own:\n',
    }),
  );
  for (const [name, value] of Object.entries(gatewayEnv(simulator))) terminal.out(`${name}=${value}`);
  for (const webhook of robotAddresses(simulator)) {
    terminal.out(
      terminal.say({
        zh: `\n  群机器人（posthouse.yaml 的 robots，或直接 POST）：${webhook}`,
        en: `\n  A group's robot (robots of posthouse.yaml, or POST to it): ${webhook}`,
      }),
    );
  }
  const calledBack = simulator.snapshot().apps.some((app) => app.mode === 'webhook' && app.surface !== 'robot');
  if (calledBack && webhook === undefined) {
    terminal.out(
      terminal.say({
        zh: '\n  回调地址用 --webhook http://127.0.0.1:8787 指定（网关的地址）。',
        en: '\n  Say where to deliver with --webhook http://127.0.0.1:8787 (the gateway’s address).',
      }),
    );
  }
  await stopped;
  await simulator.close();
  return 0;
}

/** The robots of WeCom's groups; whoever has the address may write into the group. */
function robotAddresses(simulator: Simulator): readonly string[] {
  const robots = simulator
    .snapshot()
    .apps.filter(({ platform, surface }) => platform === 'wecom' && surface === 'robot');
  return robots.map(({ credentials }) => `${simulator.url}/cgi-bin/webhook/send?key=${credentials['key'] ?? ''}`);
}
