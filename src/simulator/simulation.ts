import type { IncomingMessage } from 'node:http';
import type { Fault, NewFault, SimPerson, SimSettings, SimSnapshot } from './contract.ts';
import { SCENARIOS } from './dify/index.ts';
import type { GatewayWatch } from './gateway-state.ts';
import { readBody } from './http.ts';
import { randomHex } from './ids.ts';
import type { Persona } from './people.ts';
import type { PlatformSide } from './platform-side.ts';
import { resourceView, type StoredResource } from './resources.ts';
import type { SharedWorld } from './shared-world.ts';
import type { Traces } from './traces.ts';

/** All of it together, whatever the platform: what the control API and the page deal with. */
export interface Simulation {
  readonly platforms: readonly PlatformSide[];
  readonly shared: SharedWorld;
  readonly traces: Traces;
  readonly gateway: GatewayWatch;
  readonly settings: SimSettings;
  snapshot(): SimSnapshot;
  change(settings: Partial<SimSettings>): SimSettings;
  addFault(fault: NewFault): Fault;
  upload(request: IncomingMessage, name: string | null): Promise<StoredResource>;
  /** As at the start. */
  reset(): void;
}

const MESSAGES_PER_CHAT = 100;
const WIRE_ENTRIES = 200;
const MAX_SPEED = 100_000;
const MAX_UPLOAD_BYTES = 110 * 1024 * 1024;

export interface SimulationParts {
  readonly platforms: readonly PlatformSide[];
  readonly shared: SharedWorld;
  readonly traces: Traces;
  readonly gateway: GatewayWatch;
  /** What else is to be reset. */
  readonly alsoReset: () => void;
}

/** Questions that show what the stand-in of Dify can do. */
const HINTS = SCENARIOS.flatMap((scenario) =>
  'ask' in scenario ? [{ ask: scenario.ask, shows: scenario.shows }] : [],
);

export function createSimulation({ platforms, shared, traces, gateway, alsoReset }: SimulationParts): Simulation {
  const simulation: Simulation = {
    platforms,
    shared,
    traces,
    gateway,
    get settings() {
      const rateLimits = platforms.every((side) => side.rateLimits);
      return { speed: shared.speed, rateLimits, wire: shared.wire.on };
    },
    snapshot: () => ({
      now: shared.clock.now(),
      people: [...shared.people.all.values()].map((person) => personView(person, platforms)),
      apps: platforms.flatMap((side) => side.appViews()),
      chats: platforms.flatMap((side) => side.chatViews()),
      messages: platforms.flatMap((side) =>
        side.chatViews().flatMap(({ id }) => side.messageViews(id, MESSAGES_PER_CHAT)),
      ),
      samples: shared.resources.samples.map(resourceView),
      hints: HINTS,
      wire: shared.wire.list(WIRE_ENTRIES),
      faults: shared.faults.list,
      gateway: gateway.state,
      quotas: platforms.flatMap((side) => side.quotaView?.() ?? []),
      approvalForms: platforms.flatMap((side) => side.approvalForms?.() ?? []),
      traces: traces.list(),
      settings: simulation.settings,
    }),
    change({ speed, rateLimits, wire }) {
      if (speed !== undefined) {
        shared.speed = Math.min(Math.max(speed, 1), MAX_SPEED);
        for (const side of platforms) side.speedChanged();
      }
      if (rateLimits !== undefined) for (const side of platforms) side.rateLimits = rateLimits;
      if (wire !== undefined) shared.wire.on = wire;
      shared.bus.emit({ type: 'settings-changed', settings: simulation.settings });
      return simulation.settings;
    },
    addFault(wanted) {
      const fault = shared.faults.add(wanted);
      for (const side of platforms) {
        if (wanted.side === undefined || wanted.side === side.kind) side.faultAdded(wanted.kind, wanted.app);
      }
      return fault;
    },
    async upload(request, name) {
      const content = await readBody(request, MAX_UPLOAD_BYTES);
      const mime = request.headers['content-type'] ?? 'application/octet-stream';
      return shared.resources.add({ key: `upload-${randomHex()}`, name: name ?? 'file', mime, content });
    },
    reset() {
      shared.faults.clear();
      shared.wire.clear();
      shared.resources.clear();
      traces.clear();
      for (const side of platforms) side.reset();
      alsoReset();
    },
  };
  return simulation;
}

function personView(person: Persona, platforms: readonly PlatformSide[]): SimPerson {
  const { id, name, enName, role, title, avatar } = person;
  const accounts = platforms.flatMap((side) => {
    const account = side.account(person);
    return account === undefined ? [] : [[side.kind, account] as const];
  });
  return { id, name, enName, role, title, avatar, accounts: Object.fromEntries(accounts) };
}
