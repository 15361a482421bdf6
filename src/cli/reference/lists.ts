import { FAILURE_TABLE, type Failure, type FailureCode } from '../../core/errors.ts';
import type { Platform } from '../../core/platform.ts';
import { FAILURE_NOTES } from '../../http/failure-list.ts';
import { METRICS, type MetricEntry } from '../../http/metric-list.ts';
import { HTTP_REFUSALS } from '../../http/refusals.ts';
import { code, table } from './table.ts';

/** `docs/metrics.md`. */
export function metricsPage(): string {
  const rows = Object.entries<MetricEntry>(METRICS).map(([name, { type, labels, help }]) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help.en,
    help.zh,
  ]);
  return `# Metrics 指标

Made by \`npm run generate\`; do not edit. \`GET /metrics\` gives these, and Node's own (\`process_…\`, \`nodejs_…\`, the lag of
the event loop among them). 由 \`npm run generate\` 生成，请勿手工修改。

${table(['name', 'type', 'labels', 'meaning', '说明'], rows)}
`;
}

const TELL: Readonly<Record<Failure['tell'], string>> = { person: 'the person', operator: 'the operator', nobody: '' };

/** Every code with its status, for `docs/operations.md`. */
export function failureTable(): string {
  const ours = Object.entries<Failure>(FAILURE_TABLE).map(([name, { status, retry, tell }]) => {
    const note = FAILURE_NOTES[name as FailureCode];
    return [code(name), String(status), retry, TELL[tell], note.en, note.zh];
  });
  const http = Object.entries(HTTP_REFUSALS).map(([name, status]) => {
    const note = FAILURE_NOTES[name as keyof typeof HTTP_REFUSALS];
    return [code(name), String(status), 'never', '', note.en, note.zh];
  });
  return table(['code', 'status', 'tried again', 'told', 'meaning and what to do', '含义与处理'], [...ours, ...http]);
}

const REPLY_WAYS: Readonly<Record<Platform['can']['reply'], string>> = {
  stream: 'streams into a card',
  edit: 'edits its message',
  polled: 'fetched by the platform',
  append: 'only adds messages',
};

/** What each platform is able to do, as its adapter says it. */
export function capabilityTable(platforms: readonly Platform[]): string {
  const yes = (is: boolean) => (is ? 'yes' : 'no');
  const rows = platforms.map((platform) => [
    platform.name,
    REPLY_WAYS[platform.can.reply],
    yes(platform.can.buttons),
    platform.can.maxAnswerBytes.toLocaleString('en'),
    platform.can.sendKeyWindowMs > 0 ? `${Math.round(platform.can.sendKeyWindowMs / 60_000)} min` : 'no',
    yes(platform.listen !== undefined),
    yes(platform.readMessage !== undefined),
    yes(platform.check !== undefined),
  ]);
  const head = ['platform', 'a reply …', 'buttons', 'longest answer (bytes)', 'sends once by key', 'long connection'];
  return table([...head, 'reads quoted messages', 'online check'], rows);
}
