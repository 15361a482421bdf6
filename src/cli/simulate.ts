import type { PlatformKind } from '../simulator/contract.ts';
import { gatewayEnv, startFarSide } from './far-side.ts';
import { firstSignal } from './signals.ts';
import type { Terminal } from './terminal.ts';

export interface SimulateOptions {
  readonly port?: number;
  readonly host: string;
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
  const { port, host, mode, platforms, speed, webhook } = options;
  const simulator = await startFarSide({
    port,
    host,
    mode,
    speed,
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
