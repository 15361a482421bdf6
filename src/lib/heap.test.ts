import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { growthPercent, mayDouble, youngLimit } from './heap.ts';

const MIB = 1024 * 1024;
const MODULE = join(import.meta.dirname, 'heap.ts');

/** Makes many objects that live a little, with pauses in which Node tells of its collections; says how large the space has become. */
const PROGRAM = `
  import { giveBackMemory, heldBytes, limitHeap } from ${JSON.stringify(MODULE)};
  if (process.argv[1] === 'limited') limitHeap({ atRest: 8 * ${MIB}, underLoad: 8 * ${MIB}, ofLarge: 8 * ${MIB} });
  const kept = [];
  for (let round = 0; round < 400; round += 1) {
    for (let count = 0; count < 2000; count += 1) kept.push({ count, more: [count] });
    if (kept.length > 200_000) kept.splice(0, 150_000);
    await new Promise(setImmediate);
  }
  const under = heldBytes().young;
  giveBackMemory();
  console.log(JSON.stringify({ under, after: heldBytes().young }));
`;

describe('the space for new objects', () => {
  it('stays small when it is told to, and would not by itself', () => {
    expect(spaceOf('limited').under).toBeLessThanOrEqual(16 * MIB);
    expect(spaceOf('free').under).toBeGreaterThan(16 * MIB);
  });

  it('is given back', () => {
    expect(spaceOf('free').after).toBeLessThanOrEqual(2 * MIB);
  });
});

/** Loads that last, each of which keeps up to so many objects at once; says how large the space was after each. */
const LOADS = `
  import { heldBytes, limitHeap } from ${JSON.stringify(MODULE)};
  limitHeap({ atRest: 16 * ${MIB}, underLoad: 32 * ${MIB}, ofLarge: 2 * ${MIB} });
  const load = async (rounds, most) => {
    const kept = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let count = 0; count < 2000; count += 1) kept.push({ count, more: [count] });
      if (kept.length > most) kept.splice(0, most / 2);
      await new Promise(setImmediate);
    }
    return heldBytes().young;
  };
  const most = process.argv[1].split(',').map(Number);
  const young = [];
  for (const many of most) young.push(await load(many > 1_000_000 ? 700 : 1200, many));
  console.log(JSON.stringify(young));
`;

describe('the space that new objects got under a load', () => {
  it('is given back once much lasts', () => {
    const [little, much] = run(LOADS, '100000,2000000') as readonly [number, number];
    expect(little).toBeGreaterThan(8 * MIB);
    expect(much).toBeLessThanOrEqual(4 * MIB);
  }, 30_000);

  it('is kept while much lies about and little lives', () => {
    const [young] = run(LOADS, '200000') as readonly [number];
    expect(young).toBeGreaterThan(8 * MIB);
  }, 30_000);
});

/** Much lasts, is always replaced and so always looked through; says how large the space for new objects became meanwhile, at the most. */
const LOOKS = `
  import { heldBytes, limitHeap } from ${JSON.stringify(MODULE)};
  limitHeap({ atRest: 2 * ${MIB}, underLoad: 2 * ${MIB}, ofLarge: 2 * ${MIB} });
  const lasting = [];
  let most = 0;
  for (let round = 0; round < 800; round += 1) {
    for (let count = 0; count < 2000; count += 1) lasting[(round * 2000 + count) % 400_000] = { count, more: [count] };
    // By then it has what it may have.
    if (round > 400) most = Math.max(most, heldBytes().young);
    await new Promise(setImmediate);
  }
  console.log(JSON.stringify({ most }));
`;

describe('a look through the whole heap', () => {
  it('does not let the space for new objects grow', () => {
    const { most } = run(LOOKS, 'looks') as { readonly most: number };
    expect(most).toBeLessThanOrEqual(4 * MIB);
  }, 30_000);
});

/** Keeps a part of many objects, for V8's own account of each collection. */
const COLLECTIONS = `
  import { collectWith } from ${JSON.stringify(MODULE)};
  collectWith(Number(process.argv[1]));
  let kept = [];
  for (let count = 0; count < 3_000_000; count += 1) {
    if (count % 4 === 0) kept.push({ count, more: [count] });
    if (kept.length > 100_000) kept = [];
  }
`;

describe('a collection of new objects', () => {
  /** How long helpers were at it, in milliseconds. */
  const helpedMs = (processors: string): number => {
    const args = ['--trace-gc', '--trace-gc-nvp', '--input-type=module', '-e', COLLECTIONS, processors];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const times = [...stdout.matchAll(/background\.scavenge\.parallel=([\d.]+)/g)].map(([, ms]) => Number(ms));
    expect(times.length).toBeGreaterThan(3);
    return times.reduce((sum, ms) => sum + ms, 0);
  };

  it('is one thread’s work where two processors are all there are', () => expect(helpedMs('2')).toBe(0));

  it('has helpers where there are more', () => expect(helpedMs('4')).toBeGreaterThan(0));
});

describe('the limit of the space for new objects', () => {
  const LIMITS = { atRest: 16, underLoad: 64, ofLarge: 8 };
  const times = (count: number, everyMs: number) => Array.from({ length: count }, (_, index) => index * everyMs);

  it('rises under a load that lasts', () => {
    const limit = youngLimit(LIMITS);
    expect(limit(times(45, 200), 20 * MIB, 21 * MIB)).toBe(16);
    expect(
      limit(
        times(20, 200).map((time) => 9_000 + time),
        20 * MIB,
        21 * MIB,
      ),
    ).toBe(64);
    expect(limit([13_500], 20 * MIB, 21 * MIB)).toBe(16);
  });

  it('does not rise where more lasts than at rest: answers begin to grow', () => {
    expect(youngLimit(LIMITS)(times(500, 50), 20 * MIB, 30 * MIB)).toBe(16);
  });

  it('stays where collections are rare', () => {
    expect(youngLimit(LIMITS)(times(500, 300), 20 * MIB, 21 * MIB)).toBe(16);
  });

  it('falls where much lasts, however often it is collected', () => {
    expect(youngLimit(LIMITS)(times(10, 300), 60 * MIB, 60 * MIB)).toBe(8);
    expect(youngLimit(LIMITS)(times(500, 50), 34 * MIB, 40 * MIB)).toBe(8);
  });

  it('is reached by doubling, and not left behind where collections come faster than they are heard of', () => {
    expect([2, 4, 8].map((young) => mayDouble(young, 8, 1))).toEqual([true, true, false]);
    expect([2, 4, 8].map((young) => mayDouble(young, 8, 3))).toEqual([true, false, false]);
  });
});

describe('the space for lasting objects', () => {
  it('grows by less where it is large', () => {
    expect(growthPercent(20 * MIB)).toBe(50);
    expect(growthPercent(60 * MIB)).toBe(12);
  });
});

/** Runs a function often before and after, and says each time whether V8 has compiled it for speed. */
const HOT = `
  import { compileWhatRunsOften, interpretOnly } from ${JSON.stringify(MODULE)};
  const sum = (numbers) => {
    let all = 0;
    for (let index = 0; index < numbers.length; index += 1) all += numbers[index];
    return all;
  };
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  const isCompiled = async () => {
    for (let round = 0; round < 20_000; round += 1) sum(numbers);
    await new Promise((resolve) => setTimeout(resolve, 100));
    sum(numbers);
    return (%GetOptimizationStatus(sum) & 16) !== 0;
  };
  if (process.argv[1] === 'held') interpretOnly();
  const before = await isCompiled();
  if (process.argv[1] === 'held') compileWhatRunsOften();
  console.log(JSON.stringify({ before, after: await isCompiled() }));
`;

describe('the compilers', () => {
  it('stand still for a start, and no longer', () => {
    expect(run(HOT, 'free', ['--allow-natives-syntax'])).toEqual({ before: true, after: true });
    expect(run(HOT, 'held', ['--allow-natives-syntax'])).toEqual({ before: false, after: true });
    const chosen = run(HOT, 'held', ['--allow-natives-syntax', '--no-opt', '--no-maglev']);
    expect(chosen).toEqual({ before: false, after: false });
  });
});

function spaceOf(manner: string): { readonly under: number; readonly after: number } {
  return run(PROGRAM, manner) as never;
}

function run(program: string, manner: string, flags: readonly string[] = []): unknown {
  // Without types: what strips them knows no natives.
  const options = [...flags, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', program, manner];
  return JSON.parse(spawnSync(process.execPath, options, { encoding: 'utf8' }).stdout);
}
