import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bed, Target } from '../bed.ts';
import type { AnswerPlan } from '../far-dify.ts';
import type { Figure, Report } from '../figures.ts';
import { INSPECTED, liveHeap } from '../live-heap.ts';
import { newFolder, removeFolder, rssMb } from '../machine.ts';

/** What a gateway holds with so many conversations. */
interface Point {
  readonly conversations: number;
  readonly heapMb: number;
  readonly rssMb: number;
  readonly diskMb: number;
}

const IDLE = [2_000, 6_000, 12_000, 20_000] as const;
const BUSY = [500, 1_000, 2_000, 4_000] as const;
const FIT = '4000';
/** So slowly that all of them are looked at in the middle of their answers. */
const LONG: AnswerPlan = { pieces: 60, everyMs: 1_500 };

/**
 * What one more conversation costs: the slope over several sizes, of what is live on the heap after a collection and of the process's memory. A conversation that everybody knows and
 * nobody speaks in lies in the store; one whose agent says nothing yet; one whose answer grows.
 */
export async function memory(bed: Bed): Promise<Report> {
  const idle = await grow(bed, IDLE, (target, count) => answered(bed, target, count));
  await bed.far.call('hold');
  const waiting = await grow(bed, BUSY, (target, count) => asked(bed, target, count));
  await bed.far.call('release');
  await bed.far.call('plan', LONG);
  const streaming = await grow(bed, BUSY, (target, count) => asked(bed, target, count));
  await bed.far.call('plan', { pieces: 8, everyMs: 0 });
  return {
    scenario: 'memory: one more conversation, by the slope over several sizes',
    figures: [
      ...figuresOf('idle', idle),
      { name: 'idle: disk', value: slopeOf(idle, 'diskMb') * 1_000, unit: 'KB', note: 'one question and answer each' },
      ...figuresOf('waits for its agent', waiting),
      ...figuresOf('answer grows', streaming),
    ],
  };
}

type More = (target: Target, count: number) => Promise<void>;

async function grow(bed: Bed, sizes: readonly number[], more: More): Promise<readonly Point[]> {
  const folder = newFolder();
  const env = { WORK_MAX_ACTIVE: FIT, DIFY_MAX_CONCURRENT: FIT };
  const gateway = await bed.startGateway({ folder, env, nodeOptions: INSPECTED });
  const points: Point[] = [];
  let there = 0;
  for (const size of sizes) {
    await more(gateway, size - there);
    there = size;
    points.push(await look(gateway, folder, size));
  }
  await gateway.kill();
  await bed.stop(gateway);
  removeFolder(folder);
  return points;
}

async function look({ pid }: Target, folder: string, conversations: number): Promise<Point> {
  const { heapMb, buffersMb } = await liveHeap(folder);
  await pause(300);
  const diskMb =
    ['posthouse.db', 'posthouse.db-wal'].reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 1e6;
  return { conversations, heapMb: heapMb + buffersMb, rssMb: rssMb(pid) ?? Number.NaN, diskMb };
}

/** New people ask, and have their answers. */
async function answered(bed: Bed, target: Target, count: number): Promise<void> {
  const plan = { chats: 1e9, concurrent: 64, nextWhen: 'answered', count, forMs: 120_000, drainMs: 20_000 } as const;
  const ran = await bed.run(target, plan);
  if (ran.answered !== count) throw new Error(`${ran.answered} of ${count} were answered`);
}

/** New people ask, and the agent has all their questions. */
async function asked(bed: Bed, target: Target, count: number): Promise<void> {
  await bed.run(target, { chats: 1e9, concurrent: 32, nextWhen: 'acknowledged', count, forMs: 60_000, drainMs: 0 });
  const until = performance.now() + 60_000;
  while ((await bed.far.call('counts')).asks < count) {
    if (performance.now() > until) throw new Error(`not all of ${count} reached the agent`);
    await pause(100);
  }
}

function figuresOf(name: string, points: readonly Point[]): readonly Figure[] {
  const shown = (field: 'heapMb' | 'rssMb'): string =>
    points.map((point) => `${point.conversations}: ${point[field].toFixed(1)}`).join(', ');
  return (['heapMb', 'rssMb'] as const).map((field) => ({
    name: `${name}: ${field === 'heapMb' ? 'live heap' : 'memory of the process'}`,
    value: slopeOf(points, field) * 1_000,
    unit: 'KB',
    note: `MB at ${shown(field)}`,
  }));
}

/** The line through the points by least squares: MB for one more. */
function slopeOf(points: readonly Point[], field: Exclude<keyof Point, 'conversations'>): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const x = mean(points.map((point) => point.conversations));
  const y = mean(points.map((point) => point[field]));
  const over = points.reduce((sum, point) => sum + (point.conversations - x) * (point[field] - y), 0);
  return over / points.reduce((sum, point) => sum + (point.conversations - x) ** 2, 0);
}
