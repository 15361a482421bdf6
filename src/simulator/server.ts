import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../lib/clock.ts';
import { createBus } from './bus.ts';
import type { SimClock } from './clock.ts';
import type { Fault, NewFault, SimSnapshot, TraceEvent } from './contract.ts';
import { createControl } from './control.ts';
import { createDifyStandIn, type DifyStandIn, type DifyStandInOptions } from './dify/index.ts';
import { DIFY_PREFIX, difyWatch, handleDify } from './dify-mount.ts';
import { createDingtalkSide, type DingtalkOptions, type DingtalkSide } from './dingtalk/index.ts';
import { createFaults, type FaultTable } from './faults.ts';
import { createFeishuSide, type FeishuOptions, type FeishuSide } from './feishu/index.ts';
import { createGatewayWatch, type GatewayWatch } from './gateway-state.ts';
import { createLiveStream } from './live-stream.ts';
import { createPeople, type People, type Persona } from './people.ts';
import { reachedAt } from './reached-at.ts';
import { createResources, type Resources } from './resources.ts';
import type { SharedWorld } from './shared-world.ts';
import { createSimulation } from './simulation.ts';
import { serveFile } from './static-files.ts';
import { createTraces } from './traces.ts';
import { createWecomSide, type WecomOptions, type WecomSide } from './wecom/index.ts';
import { createWireLog, type WireLog } from './wire.ts';

export interface SimulatorOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. Whoever reaches it can do everything with it: it has no passwords. */
  readonly host?: string;
  /** How others reach it, where that is not the address it listens at: a name in a network of containers, a proxy in front. Without a slash at the end. */
  readonly publicUrl?: string;
  /** The vendors' clock; default: the machine's. Sign times and limits go by it. */
  readonly clock?: SimClock;
  /** How many times faster than in life the vendors' redelivery waits pass; default 1. */
  readonly speed?: number;
  /** Default: the demo's cast. More can be added at any time. */
  readonly people?: readonly Persona[];
  readonly feishu?: FeishuOptions;
  /** Absent for a company that has nothing at WeCom; `{}` for an app, a bot and an account of customer service. */
  readonly wecom?: WecomOptions;
  /** Absent for a company that has nothing at DingTalk; `{}` for an app with a robot in Stream mode. */
  readonly dingtalk?: DingtalkOptions;
  /** `false` for no stand-in of Dify. */
  readonly dify?: DifyStandInOptions | false;
  /** Entries of the wire log that are kept, default 500; `false` switches it off. */
  readonly wire?: number | false;
  /** Folder of the built page, served at `/`. */
  readonly page?: string;
}

/** The far side of the wire: vendors, their people, and the agent's server. */
export interface Simulator {
  /** Without a slash at the end; also the `FEISHU_BASE_URL`, `WECOM_BASE_URL` and `DINGTALK_BASE_URL` of a gateway. */
  readonly url: string;
  /** The `DIFY_BASE_URL` of a gateway. */
  readonly difyUrl: string;
  readonly feishu: FeishuSide;
  readonly wecom: WecomSide;
  readonly dingtalk: DingtalkSide;
  readonly dify: DifyStandIn | undefined;
  readonly people: People;
  readonly resources: Resources;
  readonly faults: Pick<FaultTable, 'list' | 'remove' | 'clear'> & { add(fault: NewFault): Fault };
  readonly wire: WireLog;
  readonly gateway: GatewayWatch;
  /** How many times faster than in life the vendors' redelivery waits pass. */
  speed: number;
  snapshot(): SimSnapshot;
  /** A step of a message's way, told by the gateway. */
  trace(event: TraceEvent): void;
  /** Reads the gateway's stream of steps until it is told to stop, or the simulator closes. */
  followTraces(url: string, headers?: Readonly<Record<string, string>>): () => void;
  reset(): void;
  close(): Promise<void>;
}

const WIRE_KEEP = 500;

/** @throws The system's error when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? systemClock;
  const bus = createBus();
  const wire = createWireLog(clock, bus, options.wire === false ? 0 : (options.wire ?? WIRE_KEEP));
  wire.on = options.wire !== false;
  const shared: SharedWorld = {
    clock,
    bus,
    wire,
    faults: createFaults(clock, bus),
    people: createPeople(options.people),
    resources: createResources(),
    speed: options.speed ?? 1,
  };
  const feishu = createFeishuSide(shared, options.feishu);
  const wecom = createWecomSide(shared, options.wecom);
  const dingtalk = createDingtalkSide(shared, options.dingtalk);
  const dify =
    options.dify === false
      ? undefined
      : createDifyStandIn({
          prefix: DIFY_PREFIX,
          ...(options.wire === false ? {} : { watch: difyWatch(wire) }),
          ...options.dify,
        });
  const traces = createTraces(clock, bus);
  const gateway = createGatewayWatch(clock, bus);
  const simulation = createSimulation({
    platforms: [feishu, wecom, dingtalk],
    shared,
    traces,
    gateway,
    alsoReset: () => {
      dify?.reset();
      live.resend();
    },
  });
  const live = createLiveStream(bus, () => simulation.snapshot());
  const control = createControl(simulation, live);
  const followers = new Set<() => void>();

  const server = createServer((request, response) => {
    // A handler that fails has a fault of ours; the caller must not wait for ever.
    route(request, response).catch(() => response.destroy());
  });
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '/' } = request;
    const path = pathOf(url);
    if (feishu.owns(path)) return feishu.handle(request, response);
    if (wecom.owns(path)) return wecom.handle(request, response);
    if (dingtalk.owns(path)) return dingtalk.handle(request, response);
    if (dify !== undefined && path.startsWith(`${DIFY_PREFIX}/`))
      return handleDify(dify, shared.faults, request, response);
    if (path.startsWith('/sim/')) return control(request, response);
    if (options.page !== undefined) return serveFile(options.page, path, response);
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  };
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request.url ?? '/');
    const isTaken = [feishu, wecom, dingtalk].some((side) => side.upgrade(path, request, socket, head));
    if (!isTaken) socket.destroy();
  });
  server.keepAliveTimeout = 60_000;
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  const url = options.publicUrl ?? reachedAt(host, port);
  wecom.listensAt(url);
  dingtalk.listensAt(url);

  return {
    url,
    difyUrl: `${url}${DIFY_PREFIX}/v1`,
    feishu,
    wecom,
    dingtalk,
    dify,
    people: shared.people,
    resources: shared.resources,
    faults: {
      get list() {
        return shared.faults.list;
      },
      remove: (id) => shared.faults.remove(id),
      clear: () => shared.faults.clear(),
      add: (fault) => simulation.addFault(fault),
    },
    wire,
    gateway,
    get speed() {
      return shared.speed;
    },
    set speed(speed) {
      simulation.change({ speed });
    },
    snapshot: () => simulation.snapshot(),
    trace: (event) => traces.add(event),
    followTraces(from, headers) {
      const stop = traces.follow(from, headers);
      followers.add(stop);
      return () => {
        followers.delete(stop);
        stop();
      };
    },
    reset: () => simulation.reset(),
    async close() {
      for (const stop of followers) stop();
      live.close();
      await feishu.close();
      await wecom.close();
      await dingtalk.close();
      await dify?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pathOf(url: string): string {
  const cut = url.indexOf('?');
  return cut < 0 ? url : url.slice(0, cut);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
