import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, type Report } from './figures.ts';
import { newFolder } from './machine.ts';
import { ROOT } from './packed.ts';

/** A figure counts as worse from here on: two runs of one version differ by up to a tenth on a quiet machine. */
export const TOLERANCE = 0.15;

/** The program as another revision had it, as that revision itself packed it. @returns A folder of its own; the launcher is `bin/posthouse.mjs` in it. */
export function buildPackageOf(revision: string): string {
  const folder = newFolder();
  // A program to the left of a pipe may fail unheard: the revision is asked for by itself.
  must(spawnSync('git', ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], { cwd: ROOT }), revision);
  const unpack = 'git archive "$0" | tar -x -C "$1"';
  must(spawnSync('sh', ['-c', unpack, revision, folder], { cwd: ROOT }), `git archive ${revision}`);
  if (lockOf(folder) === lockOf(ROOT)) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  else must(spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder }), 'npm ci');
  must(spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: folder }), 'scripts/build.mjs');
  // Its launcher takes the sources where there are any.
  rmSync(join(folder, 'src'), { recursive: true });
  return folder;
}

/** The best that each figure had in several rounds: what a machine does beside makes a figure worse, never better. */
export function bestOf(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (first === undefined) throw new Error('nothing was measured');
  const figures = first.figures.map((figure) =>
    others
      .flatMap((report) => report.figures.filter(({ name }) => name === figure.name))
      .reduce((best, next) => (isBetter(next, best) ? next : best), figure),
  );
  return { ...first, figures };
}

/** This version's figures beside those of another one; what has no counterpart there, and what is not its own, is left out. */
export function compared(revision: string, now: Report, before: Report): Report {
  const figures = now.figures.flatMap((figure): Figure[] => {
    const other = before.figures.find(({ name }) => name === figure.name);
    if (other === undefined || figure.reference) return [];
    const { name, value, unit } = figure;
    const beside = { name: revision, value: other.value };
    const budget = rises(figure) ? { atLeast: 1 - TOLERANCE } : { atMost: 1 + TOLERANCE };
    // Nothing lost before and nothing lost now is no ratio.
    return value === other.value
      ? [{ name, value, unit, note: `as in ${revision}` }]
      : [{ name, value, unit, beside, budget }];
  });
  return { scenario: `${now.scenario}, beside ${revision}`, figures };
}

function isBetter(next: Figure, best: Figure): boolean {
  return rises(next) ? next.value > best.value : next.value < best.value;
}

/** Whether more of it is better. */
function rises({ unit, budget, beside }: Figure): boolean {
  if (budget !== undefined && beside !== undefined) return 'atLeast' in budget;
  return unit.endsWith('/s') || (budget !== undefined && 'atLeast' in budget);
}

function lockOf(folder: string): string {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}

function must({ status, stderr }: ReturnType<typeof spawnSync>, what: string): void {
  if (status !== 0) throw new Error(`${what} did not work (${status}): ${stderr}`);
}
