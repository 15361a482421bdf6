import type { Needs } from './scale-model.ts';

interface Stage {
  readonly title: string;
  readonly what: string;
  readonly ends: string;
  readonly state: 'here' | 'not here';
}

/** What follows what as a gateway grows, and what ends each stage. */
const STAGES: readonly Stage[] = [
  {
    title: '1 · One process, SQLite',
    what: 'gateway, worker and store in one',
    ends: 'ends at one core: some 1,000 messages/s',
    state: 'here',
  },
  {
    title: '2 · One PostgreSQL, one Redis',
    what: 'gateways and workers, as many as wanted',
    ends: 'ends at the server’s cores and its log',
    state: 'here',
  },
  {
    title: '3 · A store for each group of channels',
    what: 'companies divided: gateways of their own',
    ends: 'works today; no screen over all of them',
    state: 'here',
  },
  {
    title: '4 · Inbox and outbox cut by channel and day',
    what: 'a day is dropped, not deleted',
    ends: 'measured on a copy; not built',
    state: 'not here',
  },
  {
    title: '5 · Several Redis, workers in groups',
    what: 'one program over many stores, read replicas',
    ends: 'arithmetic; not built',
    state: 'not here',
  },
];

const WIDTH = 880;
const ROW = 74;
const TOP = 46;

/** The page's picture; its colours follow the reader's light or dark. */
export function growthPicture(needs: readonly Needs[]): string {
  const table = TOP + STAGES.length * ROW + 20;
  const height = table + 96;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="How a gateway grows: five stages and what ends each">
<style>
  text { font: 14px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .less { fill: #59636e; font-size: 13px } .page { fill: #ffffff }
  .here { fill: #ddf4ff; stroke: #0969da } .not { fill: #f6f8fa; stroke: #818b98; stroke-dasharray: 5 4 } .line { stroke: #818b98; fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .less { fill: #9198a1 } .page { fill: #0d1117 } .here { fill: #121d2f; stroke: #4493f8 } .not { fill: #151b23; stroke: #656c76 } .line { stroke: #656c76 }
  }
</style>
<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>
<text class="title" x="24" y="28">How it grows</text>
<text class="less" x="${WIDTH - 24}" y="28" text-anchor="end">whole line: here today · broken line: not built</text>
${STAGES.map(rowOf).join('\n')}
<text class="less" x="24" y="${table + 20}">${cells('messages/s', needs, (one) => one.perSecond.toLocaleString('en'), table + 20)}
<text class="less" x="24" y="${table + 40}">${cells('gateways + workers', needs, (one) => (one.gateways + one.workers).toLocaleString('en'), table + 40)}
<text class="less" x="24" y="${table + 60}">${cells('PostgreSQL / Redis servers', needs, (one) => `${one.stores} / ${one.redises}`, table + 60)}
<text class="less" x="24" y="${table + 80}">${cells('apps at the vendor', needs, (one) => one.apps.toLocaleString('en'), table + 80)}
</svg>
`;
}

function rowOf({ title, what, ends, state }: Stage, index: number): string {
  const y = TOP + index * ROW;
  const x = 24 + index * 40;
  const arrow = index === 0 ? '' : `<path class="line" d="M${x - 20} ${y - 20} V${y + 27} H${x}"/>\n`;
  return `${arrow}<rect class="${state === 'here' ? 'here' : 'not'}" x="${x}" y="${y}" width="380" height="54" rx="6"/>
<text class="title" x="${x + 14}" y="${y + 23}">${title}</text>
<text class="less" x="${x + 14}" y="${y + 42}">${what}</text>
<text class="less" x="${x + 396}" y="${y + 32}">${ends}</text>`;
}

function cells(name: string, needs: readonly Needs[], cell: (one: Needs) => string, y: number): string {
  const values = needs.map(
    (one, index) => `<text x="${360 + index * 160}" y="${y}" text-anchor="end">${cell(one)}</text>`,
  );
  return `${name}</text>${values.join('')}`;
}
