/**
 * `node bench/profile.ts <folder> [--by=function|file] [--top=40]`: where the time goes of profiles that `npm run bench -- --profile` has taken (or the
 * bytes of those by `--allocations`): of each function (or file) itself, without what it calls.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** V8's own form of what was allocated where. */
interface Allocated {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly Allocated[];
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
const answered = existsSync(join(folder, 'answered')) ? Number(readFileSync(join(folder, 'answered'), 'utf8')) : 1;
for (const file of readdirSync(folder)) {
  if (file.endsWith('.cpuprofile')) print(file, timesOf(read(file) as Profile), 1000, 'ms');
  if (file.endsWith('.heapprofile'))
    print(file, bytesOf((read(file) as { head: Allocated }).head), answered, 'bytes a message');
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(folder as string, file), 'utf8'));
}

/** @param per - What one of the unit is made of. */
function print(file: string, places: Map<string, number>, per: number, unit: string): void {
  // What a thread waits is no work of anybody's.
  places.delete('(idle)');
  const total = [...places.values()].reduce((sum, one) => sum + one, 0);
  const most = [...places].sort(([, one], [, other]) => other - one).slice(0, Number(values.top));
  const lines = most.map(([place, value]) => {
    const share = ((value / total) * 100).toFixed(1).padStart(5);
    return `${share} %  ${(value / per).toFixed(0).padStart(7)} ${unit}  ${place}`;
  });
  console.log(`\n${file}: ${(total / per).toFixed(0)} ${unit}\n${lines.join('\n')}`);
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

function bytesOf(head: Allocated): Map<string, number> {
  const bytes = new Map<string, number>();
  const waiting = [head];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const place = placeOf(node.callFrame);
    bytes.set(place, (bytes.get(place) ?? 0) + node.selfSize);
    waiting.push(...node.children);
  }
  return bytes;
}

function placeOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.replace(/^.*\/(dist|node_modules)\//, (_, root: string) => (root === 'dist' ? '' : '> '));
  if (functionName.startsWith('(')) return functionName;
  return values.by === 'file' ? file || '(V8)' : `${functionName || '(anonymous)'}  ${file}:${lineNumber + 1}`;
}
