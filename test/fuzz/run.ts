import { parseArgs } from 'node:util';
import { type Counts, type Finding, runOnce } from './fuzz.ts';
import { TARGETS, type Target } from './targets.ts';

/** `npm run fuzz -- [target…] [--runs N] [--seconds S] [--seed S] [--at N]`: reads mutated payloads until something breaks. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '20000' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    at: { type: 'string' },
  },
});

const seed = Number(values.seed);
const [first, count] = values.at === undefined ? [0, Number(values.runs)] : [Number(values.at), 1];
const deadline = values.seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.seconds) * 1000;
const targets = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0) {
  console.error(`no such target: ${unknown.join(', ')}; there are ${TARGETS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

/** All targets advance together, so that a run that is ended early has tried each of them. */
const SLICE = 5_000;
const MOST_SHOWN = 20;
const counts = new Map<string, Counts>(targets.map(({ name }) => [name, { runs: 0, refused: 0 }]));
const findings: Finding[] = [];
for (let done = 0; done < count && Date.now() < deadline; done += SLICE) {
  for (const target of targets) readSlice(target, first + done, first + Math.min(count, done + SLICE));
  if (count > SLICE) console.error(`${total()} inputs so far, ${findings.length} findings`);
}

function readSlice(target: Target, from: number, to: number): void {
  const own = counts.get(target.name) as Counts;
  for (let at = from; at < to && Date.now() < deadline; at += 1) {
    const finding = runOnce(target, seed, at, own);
    if (finding) findings.push(finding);
  }
}

function total(): number {
  return [...counts.values()].reduce((sum, { runs }) => sum + runs, 0);
}

for (const [name, { runs, refused }] of counts) console.log(`${name}: ${runs} inputs, ${refused} refused`);
console.log(`${total()} inputs, ${findings.length} findings, seed ${seed}`);
const shown = new Map(findings.map((finding) => [`${finding.target} ${finding.why}`, finding]));
for (const finding of [...shown.values()].slice(0, MOST_SHOWN)) {
  console.log(
    `✘ ${finding.target} --seed ${finding.seed} --at ${finding.at}: ${finding.why}\n  ${finding.input.slice(0, 400)}`,
  );
}
process.exitCode = findings.length === 0 ? 0 : 1;
