import type { ApprovalPurpose } from '../../src/core/approvals.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { PlatformDeps, VendorCall } from '../../src/core/platform-definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { dingtalk } from '../../src/platforms/dingtalk/index.ts';
import { type DingtalkApp, type DingtalkOptions, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { vendorDeps } from './dingtalk-vendor.ts';
import { type OneChannel, startOneChannel } from './one-channel.ts';

/** A robot's whole way, from the simulator to a scripted agent. */
export interface DingtalkGateway extends OneChannel {
  readonly sim: Simulator;
  readonly app: DingtalkApp;
  readonly calls: readonly VendorCall[];
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
  const { mode = 'stream', clock = systemClock, events } = options;
  const apps = [{ mode, name: 'Helper', ...(events && { events: { url: '', ...events } }) }];
  const groups = [{ name: 'Team', people: ['lin', 'chen'], bots: [0] }];
  const sim = await startSimulator({ dify: false, clock, dingtalk: { apps, groups, ...options.dingtalk } });
  const { app } = sim.dingtalk;
  const calls: VendorCall[] = [];
  const channel = await startOneChannel({
    name: 'dingtalk',
    clock,
    purposes: options.purposes,
    isConnected: mode === 'stream',
    create(log) {
      const config = { clientId: app.id, clientSecret: app.secret, mode, baseUrl: sim.url, oapiBaseUrl: sim.url };
      const deps = vendorDeps({ clock, log, onCall: (call) => void calls.push(call), ...options.deps });
      return dingtalk.create(dingtalk.configSchema.parse({ ...config, ...options.config }), deps);
    },
  });
  if (app.events) app.events = { ...app.events, url: channel.url };
  if (mode === 'webhook') app.webhookUrl = channel.url;
  const { close } = channel;
  return Object.assign(channel, {
    sim,
    app,
    calls,
    async close() {
      await close();
      await sim.close();
    },
  });
}
