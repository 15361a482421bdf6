import type { StorableEvent } from '../core/event.ts';
import type { OutboundMessage } from '../core/reply.ts';
import type { Engine, OpAnswer } from './ops.ts';
import type { Boxes } from './personal-data.ts';

const PAGE = 500;

/**
 * The rows of inbox and outbox that are a person's: what she wrote or pressed, and what she was answered. Read row by row, for it happens
 * rarely and what the rows say may be sealed.
 */
export async function boxesOf(engine: Engine, accounts: Accounts): Promise<Boxes> {
  const isHers = new Set(accounts.map(({ channel, account }) => JSON.stringify([channel, account])));
  const places = new Set<string>();
  const asked = new Set<string>();
  const inbox = await collect(engine, 'inbox', (row) => {
    const event = JSON.parse(row.body) as StorableEvent;
    if (!('from' in event) || !isHers.has(JSON.stringify([row.channel, event.from.account]))) return false;
    if (event.to.kind === 'direct') places.add(JSON.stringify([row.channel, event.to.chat]));
    asked.add(row.lane);
    return true;
  });
  const outbox = await collect(engine, 'outbox', (row) => {
    const { to } = JSON.parse(row.body) as OutboundMessage;
    if (to.kind === 'direct') return places.has(JSON.stringify([to.channel, to.chat]));
    // In a group her answers are in her own lane; where the group shares one they are everybody's.
    return asked.has(row.lane) && row.lane.startsWith('["member",');
  });
  return { inbox, outbox };
}

type Accounts = NonNullable<OpAnswer<'people.keys'>>['accounts'];
type BoxRow = OpAnswer<'people.page'>[number];

async function collect(engine: Engine, box: keyof Boxes, isHers: (row: BoxRow) => boolean): Promise<readonly number[]> {
  const found: number[] = [];
  for (let after = 0; ; ) {
    const rows = await engine.call('people.page', box, after, PAGE);
    for (const row of rows) if (isHers(row)) found.push(row.seq);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return found;
    after = last.seq;
  }
}
