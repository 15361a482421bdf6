/**
 * `npm run bench -- [names…] [--json] [--rows=<of the long history>] [--profile=<folder>] [--allocations=<folder>] [--compare=<revision>]`: measures the gateway against what stands beside it, in the
 * same run on the same machine. Without names, everything but what `scale` stands for. Exits with 1 when a budget is missed; with a revision, when a figure is worse than it was there.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bed, makeBed, type Profiling } from './bed.ts';
import { bestOf, buildPackageOf, compared } from './compare.ts';
import { isKept, type Report, ratioOf, tableOf } from './figures.ts';
import { lookAtMachine, type Machine, removeFolder, watchMachine } from './machine.ts';
import { buildPackage } from './packed.ts';
import { burst } from './scenarios/burst.ts';
import { costs } from './scenarios/costs.ts';
import { dingtalk } from './scenarios/dingtalk.ts';
import { guard } from './scenarios/guard.ts';
import { history } from './scenarios/history.ts';
import { historyPostgres } from './scenarios/history-postgres.ts';
import { latency } from './scenarios/latency.ts';
import { memory } from './scenarios/memory.ts';
import { partitions } from './scenarios/partitions.ts';
import { postgres } from './scenarios/postgres.ts';
import { sdk } from './scenarios/sdk.ts';
import { start } from './scenarios/start.ts';
import { streams, streams5000, streamsLimited } from './scenarios/streams.ts';
import { text } from './scenarios/text.ts';
import { throughput } from './scenarios/throughput.ts';
import { wecom } from './scenarios/wecom.ts';
import { workers } from './scenarios/workers.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    rows: { type: 'string' },
    profile: { type: 'string' },
    allocations: { type: 'string' },
    compare: { type: 'string' },
  },
});

const rows = values.rows === undefined ? undefined : Number(values.rows);
const SCENARIOS: Readonly<Record<string, (bed: Bed) => Promise<Report>>> = {
  throughput,
  sdk,
  burst,
  latency,
  memory,
  costs,
  streams,
  'streams-5000': streams5000,
  'streams-limited': streamsLimited,
  start,
  history: (bed) => history(bed, rows),
  'history-postgres': () => historyPostgres(rows),
  partitions: () => partitions(rows),
  text,
  guard,
  wecom,
  dingtalk,
  postgres,
  workers,
};

const COMPARED_ROUNDS = 2;

/** What the gateway needs as it grows: `scale` measures these, some five minutes, and a run without names leaves them out. */
const GROWTH: readonly string[] = [
  'streams-5000',
  'streams-limited',
  'memory',
  'costs',
  'history-postgres',
  'partitions',
];
const asked = positionals.flatMap((name) => (name === 'scale' ? GROWTH : [name]));
const names = asked.length > 0 ? asked : Object.keys(SCENARIOS).filter((name) => !GROWTH.includes(name));
const unknown = names.filter((name) => SCENARIOS[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(2);
}
const machine = lookAtMachine();
const packageFolder = buildPackage((values.profile ?? values.allocations) !== undefined);
if (!values.json) console.log(notesOf(machine));
const reports = values.compare === undefined ? await measureAll() : await compareAll(values.compare);
removeFolder(packageFolder);
if (values.json) console.log(JSON.stringify({ machine, reports: reports.map(withRatios) }, undefined, 2));
if (reports.some(({ figures }) => figures.some((figure) => isKept(figure) === false))) process.exitCode = 1;

async function measureAll(): Promise<Report[]> {
  const measured: Report[] = [];
  for (const name of names) {
    const report = await measure(name, packageFolder);
    measured.push(report);
    if (!values.json) console.log(tableOf(report));
  }
  return measured;
}

/** By turns, so that whatever else the machine does meets both. */
async function compareAll(revision: string): Promise<Report[]> {
  const other = buildPackageOf(revision);
  const found: Report[] = [];
  for (const name of names) {
    const now: Report[] = [];
    const before: Report[] = [];
    for (let round = 0; round < COMPARED_ROUNDS; round += 1) {
      before.push(await measure(name, other));
      now.push(await measure(name, packageFolder));
    }
    const report = compared(revision, bestOf(now), bestOf(before));
    found.push(report);
    if (!values.json) console.log(tableOf(report));
  }
  removeFolder(other);
  return found;
}

/** Each scenario has a far side of its own, so that none inherits another's connections and memory. */
async function measure(name: string, folder: string): Promise<Report> {
  const bed = await makeBed(folder, profilingOf(name));
  const use = watchMachine();
  try {
    const report = (await SCENARIOS[name]?.(bed)) as Report;
    const others = use()?.byOthers;
    return { ...report, ...(others !== undefined && { others }) };
  } finally {
    await bed.close();
  }
}

function profilingOf(scenario: string): Profiling | undefined {
  const { profile, allocations } = values;
  if (allocations !== undefined) return { kind: 'allocations', folder: resolve(allocations, scenario) };
  return profile === undefined ? undefined : { kind: 'time', folder: resolve(profile, scenario) };
}

function notesOf({ cpu, cores, memoryGb, node, system, fsyncMs }: Machine): string {
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}`,
    `fsync of 4 KB ${fsyncMs.toFixed(2)} ms`,
  ].join('\n');
}

function withRatios({ scenario, others, figures }: Report): object {
  return {
    scenario,
    others,
    figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), kept: isKept(figure) })),
  };
}
