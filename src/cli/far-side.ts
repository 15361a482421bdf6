import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlatformKind } from '../simulator/contract.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/index.ts';
import { VENDORS } from './vendors.ts';

/** Where the page is, and what the vendors' far side is reached at. */
export const DEMO_PORT = 8790;

/** The bot's name at every vendor. */
const BOT_NAME = '公司助理';
const TEAM = { name: { zh: '产品讨论组', en: 'Product team' }, people: ['lin', 'chen', 'wang'], bots: [0] };
const HELP_DESK = { name: { zh: 'IT 服务台', en: 'IT help desk' }, people: ['lin', 'chen', 'wang'], bots: [0] };

export interface FarSideOptions extends Pick<SimulatorOptions, 'speed' | 'host' | 'publicUrl'> {
  /** Undefined takes {@link DEMO_PORT}, or any free one where that is taken. */
  readonly port: number | undefined;
  /** Default: all of them. */
  readonly platforms?: readonly PlatformKind[];
  /**
   * How events are delivered where a vendor leaves the choice; undefined for what is usual at each: Feishu calls back, WeCom's
   * AI bot and DingTalk's robot hold a long connection. WeCom's app and its customer service only ever call back.
   */
  readonly mode: 'webhook' | 'socket' | undefined;
  /** A gateway's address, or a whole callback address that all share; undefined until somebody says so on the page. */
  readonly deliverTo?: string;
}

/** Starts the simulator with the demo's people, bots and groups. */
export async function startFarSide(options: FarSideOptions): Promise<Simulator> {
  const { port, platforms = VENDORS, mode, deliverTo, ...rest } = options;
  const page = pageFolder();
  const vendors = vendorOptions(mode, (channel) => addressOf(deliverTo, channel));
  const whole: SimulatorOptions = {
    ...rest,
    feishu: { apps: [], groups: [] },
    ...Object.fromEntries(platforms.map((platform) => [platform, vendors[platform]])),
    ...(page !== undefined && { page }),
  };
  if (port !== undefined) return startSimulator({ ...whole, port });
  try {
    return await startSimulator({ ...whole, port: DEMO_PORT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return startSimulator({ ...whole, port: 0 });
  }
}

type Address = { readonly webhookUrl?: string };

function vendorOptions(mode: FarSideOptions['mode'], address: (channel: string) => Address) {
  return {
    feishu: {
      apps: [{ name: BOT_NAME, mode: mode ?? 'webhook', ...address('feishu') }],
      groups: [TEAM, { ...HELP_DESK, topics: true }],
    },
    wecom: {
      // It also calls customer service, so a servicer gets its messages.
      apps: [{ name: BOT_NAME, kf: true, ...address('wecom') }],
      bots: [{ name: 'AI 助理', mode: mode ?? 'socket', ...address('wecom-bot') }],
      // One is there to take over, the other to be handed on to.
      kf: { ...address('wecom-kf'), accounts: [{ servicers: ['wang', 'chen'], offDuty: ['chen'] }] },
      groups: [{ ...TEAM, robots: ['告警机器人'] }],
    },
    dingtalk: {
      apps: [{ name: BOT_NAME, mode: mode === 'webhook' ? 'webhook' : 'stream', ...address('dingtalk') }],
      groups: [TEAM],
    },
  } satisfies Pick<SimulatorOptions, PlatformKind>;
}

/** A gateway's bare address becomes that of its channel; a whole one stays. */
function addressOf(deliverTo: string | undefined, channel: string): Address {
  if (deliverTo === undefined) return {};
  const url = new URL(deliverTo);
  return { webhookUrl: url.pathname === '/' ? new URL(`/webhook/${channel}`, url).href : deliverTo };
}

/** The settings of a gateway that works with this far side. */
export function gatewayEnv(simulator: Simulator): Readonly<Record<string, string>> {
  const { apps } = simulator.snapshot();
  const settings = VENDORS.flatMap((vendor) => {
    const ours = apps.filter(({ platform }) => platform === vendor);
    return ours.length === 0 ? [] : [...ours.map(({ env }) => env), reachedAt(vendor, simulator)];
  });
  return { ...Object.assign({}, ...settings), DIFY_BASE_URL: simulator.difyUrl, DIFY_API_KEY: 'app-demo-chatflow' };
}

/** Where a gateway finds a vendor; DingTalk's own settings say so themselves. */
function reachedAt(vendor: PlatformKind, { url, wecom }: Simulator): Readonly<Record<string, string>> {
  if (vendor === 'feishu') return { FEISHU_BASE_URL: url };
  return vendor === 'wecom' ? { WECOM_BASE_URL: url, WECOM_BOT_WS_URL: wecom.socketUrl } : {};
}

/** The built page; undefined in a clone where nobody has built it. */
export function pageFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../dist/page', import.meta.url));
  return existsSync(`${folder}/index.html`) ? folder : undefined;
}
