/**
 * `node bench/profile.ts <folder> [--by=function|file] [--top=40]`: where the time of profiles goes that `npm run bench -- --profile` has taken: the
 * time of each function (or file) itself, without what it calls.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** V8's own form of a profile. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { by: { type: 'string', default: 'function' }, top: { type: 'string', default: '40' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('which folder?');
  process.exit(2);
}
for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
  console.log(`\n${file}\n${linesOf(profile).join('\n')}`);
}

function linesOf(profile: Profile): readonly string[] {
  const times = timesOf(profile);
  // What a thread waits is no work of anybody's.
  times.delete('(idle)');
  const total = [...times.values()].reduce((sum, one) => sum + one, 0);
  const most = [...times].sort(([, one], [, other]) => other - one).slice(0, Number(values.top));
  return [`busy ${(total / 1000).toFixed(0)} ms`, ...most.map((entry) => lineOf(entry, total))];
}

function lineOf([place, time]: readonly [string, number], total: number): string {
  return `${((time / total) * 100).toFixed(1).padStart(5)} %  ${(time / 1000).toFixed(0).padStart(7)} ms  ${place}`;
}

function timesOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [index, sample] of samples.entries()) {
    const place = places.get(sample) ?? '';
    times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return times;
}

function placeOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.replace(/^.*\/(dist|node_modules)\//, (_, root: string) => (root === 'dist' ? '' : '> '));
  if (functionName.startsWith('(')) return functionName;
  return values.by === 'file' ? file || '(V8)' : `${functionName || '(anonymous)'}  ${file}:${lineNumber + 1}`;
}
