import { gatewayEnv, startFarSide } from './far-side.ts';
import { firstSignal } from './signals.ts';
import type { Terminal } from './terminal.ts';

export interface SimulateOptions {
  readonly port?: number;
  readonly host: string;
  readonly mode: 'webhook' | 'socket';
  readonly webhook?: string;
  readonly speed: number;
}

/** Runs the far side alone, for a gateway or a bot of one's own. */
export async function simulate(terminal: Terminal, options: SimulateOptions): Promise<number> {
  const simulator = await startFarSide({
    port: options.port,
    host: options.host,
    mode: options.mode,
    speed: options.speed,
    ...(options.webhook !== undefined && { webhookUrl: options.webhook }),
  });
  const stopped = firstSignal();
  terminal.out(`\n  ${simulator.url}\n`);
  terminal.out(
    terminal.say({
      zh: '  飞书与 Dify 的模拟端已就绪。把下面的设置交给网关或你自己的机器人：\n',
      en: '  The far side of Feishu and Dify is ready. Give these to a gateway, or to a bot of your own:\n',
    }),
  );
  for (const [name, value] of Object.entries(gatewayEnv(simulator))) terminal.out(`${name}=${value}`);
  if (options.mode === 'webhook' && options.webhook === undefined) {
    terminal.out(
      terminal.say({
        zh: '\n  回调地址用 --webhook http://127.0.0.1:8787/webhook/feishu 指定，或在页面上填写。',
        en: '\n  Say where to deliver with --webhook http://127.0.0.1:8787/webhook/feishu, or on the page.',
      }),
    );
  }
  await stopped;
  await simulator.close();
  return 0;
}
