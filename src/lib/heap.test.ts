import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const MIB = 1024 * 1024;
const MODULE = join(import.meta.dirname, 'heap.ts');

/** Makes many objects that live a little, with pauses in which Node tells of its collections; says how large the space has become. */
const PROGRAM = `
  import { giveBackMemory, limitYoungSpace, youngBytes } from ${JSON.stringify(MODULE)};
  if (process.argv[1] === 'limited') limitYoungSpace(8 * ${MIB});
  const kept = [];
  for (let round = 0; round < 400; round += 1) {
    for (let count = 0; count < 2000; count += 1) kept.push({ count, more: [count] });
    if (kept.length > 200_000) kept.splice(0, 150_000);
    await new Promise(setImmediate);
  }
  const under = youngBytes();
  giveBackMemory();
  console.log(JSON.stringify({ under, after: youngBytes() }));
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

function spaceOf(manner: string): { readonly under: number; readonly after: number } {
  const options = ['--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '-e', PROGRAM, manner];
  return JSON.parse(spawnSync(process.execPath, options, { encoding: 'utf8' }).stdout) as never;
}
