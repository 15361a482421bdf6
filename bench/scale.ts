/**
 * `node bench/scale.ts [--rates=1000,10000,100000] [--pieces=50] [--agentSeconds=8] [--gatewayUs=…] [--svg]`: what so many messages a second would need, as docs/scale.md has it. Every cost and every
 * choice of `scale-model.ts` can be given by its name. `--svg` writes the page's picture.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHOSEN, MEASURED, type Needs, needsOf } from './scale-model.ts';
import { growthPicture } from './scale-picture.ts';

const numbers = Object.fromEntries(
  [...Object.keys(MEASURED), ...Object.keys(CHOSEN)].map((name) => [name, { type: 'string' as const }]),
);
const { values } = parseArgs({
  options: { ...numbers, rates: { type: 'string', default: '100,1000,10000,100000' }, svg: { type: 'boolean' } },
});
const given: Readonly<Record<string, unknown>> = values;
const needs = String(values.rates)
  .split(',')
  .map((rate) => needsOf(Number(rate), withGiven(MEASURED), withGiven(CHOSEN)));
console.log(tableOf(needs));
if (values.svg) writeFileSync(join(import.meta.dirname, '../docs/images/scale.svg'), growthPicture(needs));

function withGiven<Named extends object>(defaults: Named): Named {
  const changed = Object.keys(defaults).filter((name) => given[name] !== undefined);
  return { ...defaults, ...Object.fromEntries(changed.map((name) => [name, Number(given[name])])) };
}

/** Markdown, as the page has it. */
function tableOf(all: readonly Needs[]): string {
  const rows: readonly (readonly [string, (needs: Needs) => string])[] = [
    ['messages a second', (one) => one.perSecond.toLocaleString('en')],
    ['gateway processes', (one) => String(one.gateways)],
    ['worker processes', (one) => one.workers.toLocaleString('en')],
    ['PostgreSQL servers (stores)', (one) => String(one.stores)],
    ['… log of each, MB/s', (one) => one.walMbPerSecond.toFixed(1)],
    ['Redis servers', (one) => String(one.redises)],
    ['disk for the retention, TB', (one) => one.diskTb.toFixed(one.diskTb < 1 ? 2 : 0)],
    ['answers that grow at once', (one) => one.streams.toLocaleString('en')],
    ['apps at the vendor', (one) => one.apps.toLocaleString('en')],
    ['ack p50 / p99, ms', (one) => `${one.ackP50Ms.toFixed(1)} / ${one.ackP99Ms.toFixed(1)}`],
    ['added to an answer p99, ms', (one) => one.addedP99Ms.toFixed(0)],
  ];
  const [head, ...rest] = rows.map(([name, cell]) => `| ${name} | ${all.map(cell).join(' | ')} |`);
  return [head, `| --- |${' ---: |'.repeat(all.length)}`, ...rest].join('\n');
}
