/**
 * `npm run chaos -- [--seed N] [--messages N] [--minutes N] [--faults name,name…] [--conversations N] [--every SECONDS] [--out FOLDER]
 * [--keep] [--alike]`: many people write to a gateway of five processes while everything around it breaks, and afterwards the far side's record is looked through.
 * Exits with 1 when a promise was broken.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { programOf } from '../support/programs.ts';
import { runChaos } from './chaos.ts';
import { FAULT_NAMES, type FaultName } from './plan.ts';
import { reportOf, summaryOf } from './report.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    messages: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '30' },
    faults: { type: 'string', default: FAULT_NAMES.join(',') },
    conversations: { type: 'string', default: '200' },
    every: { type: 'string', default: '4' },
    patience: { type: 'string', default: '180' },
    alike: { type: 'boolean', default: false },
    out: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

const names = values.faults.split(',').filter((name) => name !== '' && name !== 'none');
const unknown = names.filter((name) => !(FAULT_NAMES as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`no such fault: ${unknown.join(', ')}; there are ${FAULT_NAMES.join(', ')}, none`);
  process.exit(2);
}
const seed = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed);
console.error(`seed ${seed}: --seed ${seed} repeats the same strikes`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
const run = await runChaos({
  signal: interrupted.signal,
  programs: { postgres: programOf('PostgreSQL'), redis: programOf('Redis') },
  seed,
  messages: Number(values.messages),
  minutes: Number(values.minutes),
  names: names as FaultName[],
  conversations: Number(values.conversations),
  everyMs: Number(values.every) * 1000,
  patienceMs: Number(values.patience) * 1000,
  keep: values.keep,
  ...(values.alike && { env: { ROLE: 'all' } }),
  tell: (line) => console.error(line),
});
console.log(summaryOf(run));
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, `chaos-${seed}.json`), `${JSON.stringify(run, undefined, 2)}\n`);
  writeFileSync(join(values.out, `chaos-${seed}.md`), reportOf(run));
}
process.exit(run.isKept ? 0 : 1);
