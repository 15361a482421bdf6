import { GatewayError } from '../../src/core/errors.ts';
import { seededRandom } from '../support/random.ts';
import type { Target } from './targets.ts';

export interface Finding {
  readonly target: string;
  /** `npm run fuzz -- <target> --seed <seed> --at <at>` reads this input alone. */
  readonly seed: number;
  readonly at: number;
  readonly why: string;
  readonly input: string;
}

export interface Counts {
  runs: number;
  refused: number;
}

/** Processor time that one input may take. */
const MAX_CPU_MS = 1_000;
const MAX_RESULT_CHARS = 16 * 1024 * 1024;
const MAX_MEMORY_BYTES = 1024 * 1024 * 1024;

/** Reads the input number `at` of a seed. @returns What is wrong with how that went; undefined when nothing is. */
export function runOnce(target: Target, seed: number, at: number, counts: Counts): Finding | undefined {
  const input = target.make(seededRandom(Math.imul(seed, 0x9e3779b1) ^ at));
  counts.runs += 1;
  const found = (why: string): Finding => ({ target: target.name, seed, at, why, input: input.toString('base64') });
  const began = performance.now();
  try {
    const result = JSON.stringify(target.read(input), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if ((result?.length ?? 0) > MAX_RESULT_CHARS) return found(`a result of ${result.length} characters`);
  } catch (error) {
    if (!(error instanceof GatewayError) && target.refuses?.(error) !== true) return found(describe(error));
    if (error instanceof GatewayError && error.code === 'internal') return found('internal');
    counts.refused += 1;
  }
  // A busy machine makes everything slow; only what is slow again by the processor's clock counts.
  if (performance.now() - began > MAX_CPU_MS && cpuMsOf(target, input) > MAX_CPU_MS)
    return found('over a second for one input');
  if (at % 4096 === 0 && process.memoryUsage.rss() > MAX_MEMORY_BYTES) return found('over 1 GiB of memory');
  return undefined;
}

function cpuMsOf(target: Target, input: Buffer): number {
  const before = process.cpuUsage();
  try {
    target.read(input);
  } catch {
    // Judged before; this time only the clock is looked at.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}\n${error.stack?.split('\n').slice(1, 4).join('\n')}`
    : String(error);
}
