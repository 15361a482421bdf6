import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import {
  checkRecord,
  type Findings,
  markIn,
  type Question,
  type RunRecord,
  type Shown,
} from '../support/check-record.ts';
import { EXCUSE } from './answers.ts';
import type { Bed } from './bed.ts';
import type { Fleet } from './fleet.ts';
import type { Written } from './people.ts';
import type { Answer, Surface } from './surfaces.ts';

/** What the store holds at the end. */
export interface Remains {
  /** Events and messages that are not over, by state. */
  readonly open: readonly string[];
  /** Rows that somebody still holds, though nobody works. */
  readonly held: readonly string[];
  readonly dead: readonly string[];
  /** Keys of all events that were stored. */
  readonly stored: ReadonlySet<string>;
}

export interface Verdict {
  /** By promise; every list is empty when all are kept. */
  readonly findings: Readonly<Record<string, readonly string[]>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Given up after two tries in doubt, as promised where the vendor takes no key; that each was shown is looked for beside. */
  readonly deadLetters: readonly string[];
}

/** Put before an answer that may be on the screen already, where the vendor takes no key. */
const REPEAT = /可能重复发送|may be a repeat/;

export async function judge(
  {
    simulator,
    databaseUrl,
    fleet,
  }: Pick<Bed, 'simulator' | 'databaseUrl'> & { readonly fleet: Pick<Fleet, 'endedThemselves'> },
  surfaces: readonly Surface[],
  written: readonly Written[],
  heldTwice: readonly string[],
): Promise<Verdict> {
  const remains = await remainsOf(databaseUrl);
  const questions = (simulator.dify?.record.asked() ?? []).map(
    ({ query, user, conversation }): Question => ({ text: query, user, dialogue: conversation ?? '' }),
  );
  const counts: Record<string, number> = {};
  const all = surfaces.map((surface) => findingsOn(surface, { written, questions, remains, counts }));
  const findings: Record<string, readonly string[]> = {
    ...merged(all),
    open: remains.open,
    leaked: remains.held,
    dead: remains.dead.filter((row) => !isInDoubt(row)),
    heldTwice,
    endedThemselves: fleet.endedThemselves,
  };
  const asks = questions.filter(({ text }) => markIn(text) !== undefined).length;
  return {
    findings,
    deadLetters: remains.dead.filter(isInDoubt),
    counts: {
      written: written.length,
      acknowledged: written.filter((one) => one.acknowledged).length,
      stored: written.filter(({ message }) => remains.stored.has(message)).length,
      'asked the agent': asks,
      'asked the agent again': asks - new Set(questions.map(({ text }) => markIn(text))).size,
      ...counts,
      ...Object.fromEntries(surfaces.map(({ name }) => [name, written.filter((one) => one.surface === name).length])),
    },
  };
}

interface Evidence {
  readonly written: readonly Written[];
  readonly questions: readonly Question[];
  readonly remains: Remains;
  readonly counts: Record<string, number>;
}

function findingsOn(surface: Surface, { written, questions, remains, counts }: Evidence): Findings {
  const asked = written
    .filter((one) => one.surface === surface.name)
    .map((one) => ({
      ...one,
      acknowledged: remains.stored.has(one.message) || (surface.acknowledges && one.acknowledged),
    }));
  const marks = new Set(asked.map(({ mark }) => mark));
  const { shown, excuses, excused } = shownOn(surface, asked);
  for (const { text } of excuses) count(counts, `instead of an answer, “${sentenceOf(text)}”`);
  const record: RunRecord = {
    asked: asked.map((one) => (excused.has(one.message) ? { ...one, acknowledged: false } : one)),
    shown: withoutRepeats(surface, shown, counts),
    questions: questions.filter(({ text }) => marks.has(markIn(text) ?? '')),
  };
  return checkRecord(record);
}

/** The beginning of a sentence that stands for an answer. */
function sentenceOf(text: string): string {
  return (text.split('\n').find((line) => EXCUSE.test(line)) ?? text).replace(EXCUSE, 'PH-…').slice(0, 60);
}

/** A repeat is no second answer where it may come and says what it is. */
function withoutRepeats(surface: Surface, shown: readonly Shown[], counts: Record<string, number>): readonly Shown[] {
  if (surface.hasKeys) return shown;
  const seen = new Map<string, Shown[]>();
  for (const one of shown) seen.set(one.replyTo ?? '', [...(seen.get(one.replyTo ?? '') ?? []), one]);
  return [...seen.values()].flatMap((answers) => {
    const plain = answers.filter(({ text }) => !REPEAT.test(text));
    const marked = answers.filter(({ text }) => REPEAT.test(text));
    for (const _ of marked) count(counts, `marked as repeated, ${surface.name}`);
    return plain.length > 0 ? [...plain, ...marked.slice(1)] : marked;
  });
}

function isInDoubt(row: string): boolean {
  return /^outbox \d+ (?:dingtalk|wecom-bot) .* platform_rejected\b/.test(row);
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

interface Seen {
  /** What can be said to answer something; a sentence in place of an answer that nobody knows the question of is not among them. */
  readonly shown: readonly Shown[];
  readonly excuses: readonly Answer[];
  /** Messages that got a sentence in place of an answer. */
  readonly excused: ReadonlySet<string>;
}

/** Where the vendor does not say what an answer is to, its words do. A sentence without a mark is to any question there that has no answer. */
function shownOn(surface: Surface, asked: readonly Written[]): Seen {
  const byMark = new Map(asked.map((one) => [one.mark, one]));
  const toOf = ({ parent, text }: Answer) =>
    parent ?? byMark.get(/\b(?:begin|end)(m\d+x)\b/.exec(text)?.[1] ?? '')?.message;
  const answers = surface.answers().map((one) => surface.look(one));
  const excuses = answers.filter(({ text }) => EXCUSE.test(text));
  const answered = new Set(answers.map(toOf));
  const open = Map.groupBy(
    asked.filter(({ message }) => !answered.has(message)),
    ({ chat }) => chat,
  );
  const excused = new Set(excuses.flatMap((one) => toOf(one) ?? []));
  const shown = answers.flatMap((one): Shown[] => {
    const replyTo = toOf(one);
    const question = replyTo === undefined && EXCUSE.test(one.text) ? open.get(one.chat)?.shift() : undefined;
    if (question) excused.add(question.message);
    return question ? [] : [{ ...one, replyTo }];
  });
  return { shown, excuses, excused };
}

function merged(all: readonly Findings[]): Record<string, readonly string[]> {
  const findings: Record<string, string[]> = {};
  for (const one of all)
    for (const [name, list] of Object.entries(one)) findings[name] = [...(findings[name] ?? []), ...list];
  return findings;
}

/** How much the store has still to do. */
export async function openRows(store: string): Promise<number> {
  const [row] = await withRows(store, (rows) =>
    rows(
      `select (select count(*) from inbox where finished_at is null) + (select count(*) from outbox where finished_at is null) as count`,
    ),
  );
  return Number(row?.['count']);
}

function remainsOf(store: string): Promise<Remains> {
  return withRows(store, async (rows) => {
    const line = (row: Row) => Object.values(row).join(' ');
    const columns = 'seq, channel, lane, state, attempts, code, holder';
    const open = await rows(
      `select 'inbox' as box, ${columns} from inbox where finished_at is null
       union all select 'outbox', ${columns} from outbox where finished_at is null
       union all select 'turn', seq, channel, lane, state, 0, null, null from turns where ended_at is null`,
    );
    const held = await rows(
      `select 'inbox' as box, ${columns} from inbox where holder is not null
       union all select 'outbox', ${columns} from outbox where holder is not null`,
    );
    const dead = await rows(
      `select 'inbox' as box, ${columns} from inbox where state = 'dead'
       union all select 'outbox', ${columns} from outbox where state = 'dead'`,
    );
    const stored = await rows('select event_key from inbox');
    return {
      open: open.map(line),
      held: held.map(line),
      dead: dead.map(line),
      stored: new Set(stored.map(({ event_key }) => String(event_key))),
    };
  });
}

type Row = Readonly<Record<string, unknown>>;

/** Asks a store from beside: PostgreSQL by its address, or a SQLite file (a backup, say). */
async function withRows<T>(
  store: string,
  use: (rows: (sql: string) => Promise<readonly Row[]>) => Promise<T>,
): Promise<T> {
  if (!store.startsWith('postgres')) {
    const file = new DatabaseSync(store, { readOnly: true });
    try {
      return await use(async (sql) => file.prepare(sql).all());
    } finally {
      file.close();
    }
  }
  const client = new Client({ connectionString: store });
  await client.connect();
  try {
    return await use(async (sql) => (await client.query<Row>(sql)).rows);
  } finally {
    await client.end();
  }
}
