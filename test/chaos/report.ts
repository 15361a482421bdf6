import type { ChaosRun } from './chaos.ts';

const MOST_SHOWN = 10;

/** What was found, for the end of the terminal. */
export function findingsIn(findings: ChaosRun['findings']): readonly string[] {
  const broken = Object.entries(findings).filter(([, list]) => list.length > 0);
  if (broken.length === 0) return ['every promise was kept'];
  return broken.flatMap(([name, list]) => [
    `✘ ${name}: ${list.length}`,
    ...list.slice(0, MOST_SHOWN).map((one) => `    ${one}`),
  ]);
}

export function summaryOf(run: ChaosRun): string {
  const counts = Object.entries(run.counts).map(([name, count]) => `${name} ${count}`);
  return [
    counts.join(', '),
    `${run.strikes.length} strikes in ${run.writingSeconds.toFixed(0)} s, the last answer after ${run.answeredSeconds.toFixed(0)} s`,
    ...run.deadLetters.map((row) => `dead letter: ${row}`),
    ...findingsIn(run.findings),
    ...(run.folder === undefined ? [] : [`what the processes wrote: ${run.folder}`]),
  ].join('\n');
}

/** The record for people, beside the JSON. */
export function reportOf(run: ChaosRun): string {
  const struck = Map.groupBy(run.strikes, ({ what }) => what.split(' ')[0] ?? '');
  return `# Chaos run, seed ${run.seed}

${run.startedAt}; ${run.conversations} conversations, lease ${run.leaseSeconds} s, writing ${run.writingSeconds.toFixed(0)} s, last answer after ${run.answeredSeconds.toFixed(0)} s.

| | count |
| --- | --- |
${Object.entries(run.counts).map(row).join('\n')}

| strike | times |
| --- | --- |
${[...struck].map(([name, list]) => row([name, list.length])).join('\n')}

| promise broken | times |
| --- | --- |
${Object.entries(run.findings)
  .map(([name, list]) => row([name, list.length]))
  .join('\n')}
`;
}

function row([name, count]: readonly [string, number]): string {
  return `| ${name} | ${count} |`;
}
