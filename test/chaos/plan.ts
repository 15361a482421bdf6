import { type Random, seededRandom } from '../support/random.ts';

/** What can be done to a run, and how often it is drawn beside the others. */
const WEIGHTS = {
  kill: 6,
  stop: 2,
  pause: 3,
  clock: 3,
  'redis-restart': 2,
  'redis-flush': 2,
  'postgres-fast': 1,
  'postgres-immediate': 1,
  partition: 5,
  lines: 2,
  vendor: 5,
  agent: 4,
  deliveries: 4,
} as const;

export type FaultName = keyof typeof WEIGHTS;
export const FAULT_NAMES = Object.keys(WEIGHTS) as FaultName[];

export const GATEWAYS = ['gateway-1', 'gateway-2'] as const;
export const WORKERS = ['worker-1', 'worker-2', 'worker-3'] as const;
export const PROCESSES = [...GATEWAYS, ...WORKERS] as const;
export type ProcessName = (typeof PROCESSES)[number];

/**
 * What a broken network does.
 * - reset: connections end at once, and new ones are refused.
 * - hang: nothing comes through any more; afterwards it all does, late.
 * - forget: nothing comes through any more, and what was open then stays dead for ever, as behind a router that has lost its memory.
 */
export const BREAKS = ['reset', 'hang', 'forget'] as const;
export type Break = (typeof BREAKS)[number];
export const FAR = ['postgres', 'redis', 'vendor'] as const;
export type Far = (typeof FAR)[number];

export const VENDORS = ['feishu', 'wecom', 'dingtalk'] as const;
const VENDOR_FAULTS = ['throttle', 'server-error', 'hang', 'drop', 'expired-token'] as const;
const AGENT_FAULTS = ['throttle', 'server-error', 'drop', 'scenario-drop', 'scenario-eof'] as const;
const DELIVERY_FAULTS = ['duplicate', 'late', 'reorder'] as const;

/** One thing that is done, in milliseconds after the beginning of the run. */
export type Strike = { readonly at: number; readonly forMs: number } & (
  | { readonly name: 'kill' | 'stop' | 'pause'; readonly process: ProcessName }
  | { readonly name: 'clock'; readonly process: ProcessName; readonly byMs: number }
  | { readonly name: 'redis-restart' | 'redis-flush' | 'postgres-fast' | 'postgres-immediate' }
  | { readonly name: 'partition'; readonly process: ProcessName; readonly from: readonly Far[]; readonly how: Break }
  | { readonly name: 'lines'; readonly how: Break }
  | {
      readonly name: 'vendor';
      readonly side: (typeof VENDORS)[number];
      readonly kind: (typeof VENDOR_FAULTS)[number];
      readonly share: number;
      readonly afterEffect: boolean;
    }
  | { readonly name: 'agent'; readonly kind: (typeof AGENT_FAULTS)[number]; readonly share: number }
  | { readonly name: 'deliveries'; readonly kind: (typeof DELIVERY_FAULTS)[number]; readonly share: number }
);

export interface PlanOptions {
  readonly names: readonly FaultName[];
  /** After so long without a sign of life what a process holds is another's. */
  readonly leaseMs: number;
  /** Mean time between two strikes, in milliseconds. */
  readonly everyMs: number;
}

/** The same seed, names and times give the same strikes, one after the other, without end. */
export function* strikes(seed: number, options: PlanOptions): Generator<Strike, never> {
  const random = seededRandom(seed);
  for (
    let at = random.between(500, options.everyMs);
    ;
    at += random.between(options.everyMs / 2, options.everyMs * 1.5)
  )
    yield { ...drawn(random, options), at };
}

/** A strike without its time. */
type Deed = Strike extends infer One ? (One extends Strike ? Omit<One, 'at'> : never) : never;

function drawn(random: Random, { names, leaseMs }: PlanOptions): Deed {
  const name = weighted(random, names);
  const forMs = random.between(500, 5_000);
  const process = oneOf(random, PROCESSES);
  switch (name) {
    case 'pause':
      return { name, process, forMs: leaseMs + random.between(500, 4_000) };
    case 'clock':
      return { name, process, byMs: (random.chance(0.5) ? 1 : -1) * random.between(2_000, 120_000), forMs: forMs * 4 };
    case 'partition':
      return { name, process, from: farOf(random), how: oneOf(random, BREAKS), forMs: forMs * 2 };
    case 'lines':
      return { name, how: oneOf(random, BREAKS), forMs };
    case 'vendor':
      return {
        name,
        side: oneOf(random, VENDORS),
        kind: oneOf(random, VENDOR_FAULTS),
        share: random.between(5, 50) / 100,
        afterEffect: random.chance(0.5),
        forMs,
      };
    case 'agent':
      return { name, kind: oneOf(random, AGENT_FAULTS), share: random.between(5, 40) / 100, forMs };
    case 'deliveries':
      return { name, kind: oneOf(random, DELIVERY_FAULTS), share: random.between(5, 40) / 100, forMs };
    case 'kill':
    case 'stop':
      return { name, process, forMs: forMs / 2 };
    default:
      return { name, forMs: name === 'redis-flush' ? 0 : forMs / 2 };
  }
}

function farOf(random: Random): readonly Far[] {
  const far = FAR.filter(() => random.chance(0.4));
  return far.length > 0 ? far : [oneOf(random, FAR)];
}

function weighted(random: Random, names: readonly FaultName[]): FaultName {
  let left = random.next() * names.reduce((sum, name) => sum + WEIGHTS[name], 0);
  for (const name of names) {
    left -= WEIGHTS[name];
    if (left < 0) return name;
  }
  return names[0] ?? 'kill';
}

function oneOf<T>(random: Random, all: readonly T[]): T {
  return all[random.between(0, all.length - 1)] as T;
}

/** In words, for whoever watches and for the record. */
export function nameOf(strike: Strike): string {
  const { name, at, forMs, ...more } = strike;
  const details = Object.values(more).map((value) => (Array.isArray(value) ? value.join('+') : String(value)));
  return [name, ...details, `${Math.round(forMs)} ms`].join(' ');
}
