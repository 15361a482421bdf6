import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/index.ts';

/** Where the page is, and what the vendors' far side is reached at. */
export const DEMO_PORT = 8790;

/** What the demo's people work with: a bot of the company in a group, and one in a group of topics. */
const DEMO_GROUPS = [
  { name: { zh: '产品讨论组', en: 'Product team' }, people: ['lin', 'chen', 'wang'], bots: [0] },
  { name: { zh: 'IT 服务台', en: 'IT help desk' }, people: ['lin', 'chen', 'wang'], bots: [0], topics: true },
];

export interface FarSideOptions extends Pick<SimulatorOptions, 'speed' | 'host'> {
  /** Undefined takes {@link DEMO_PORT}, or any free one where that is taken. */
  readonly port: number | undefined;
  readonly mode: 'webhook' | 'socket';
  /** Where the vendors deliver to; undefined until somebody says so on the page. */
  readonly webhookUrl?: string;
}

/** Starts the simulator with the demo's people, app and groups. */
export async function startFarSide({ port, mode, webhookUrl, ...rest }: FarSideOptions): Promise<Simulator> {
  const page = pageFolder();
  const app = { name: '公司助理', mode, ...(webhookUrl !== undefined && { webhookUrl }) };
  const options: SimulatorOptions = {
    ...rest,
    feishu: { apps: [app], groups: DEMO_GROUPS },
    ...(page !== undefined && { page }),
  };
  if (port !== undefined) return startSimulator({ ...options, port });
  try {
    return await startSimulator({ ...options, port: DEMO_PORT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return startSimulator({ ...options, port: 0 });
  }
}

/** The settings of a gateway that works with this far side. */
export function gatewayEnv(simulator: Simulator): Readonly<Record<string, string>> {
  const [app] = simulator.snapshot().apps;
  return {
    ...app?.env,
    FEISHU_BASE_URL: simulator.url,
    DIFY_BASE_URL: simulator.difyUrl,
    DIFY_API_KEY: 'app-demo-chatflow',
  };
}

/** The built page; undefined in a clone where nobody has built it. */
export function pageFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../dist/page', import.meta.url));
  return existsSync(`${folder}/index.html`) ? folder : undefined;
}
