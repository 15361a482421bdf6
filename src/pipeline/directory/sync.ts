import type { Clock } from '../../core/clock.ts';
import { GatewayError, toGatewayError } from '../../core/errors.ts';
import type { ChannelName } from '../../core/ids.ts';
import type { Log } from '../../core/log.ts';
import type { Attribute, Company, Learned, Listed } from '../../core/members.ts';
import type { Memos } from '../../core/memos.ts';
import type { Platform } from '../../core/platform.ts';
import type { Store } from '../../core/store.ts';
import { type DirectoryWatch, trusted } from './watch.ts';

const MEMO = 'directory sync';
const KEEP_MS = 365 * 24 * 60 * 60_000;
/** Who gives no sign for so long is dead: another process goes on where it was. */
const LEASE_MS = 5 * 60_000;
/** What was begun and left this long ago is begun anew. */
const STALE_MS = 24 * 60 * 60_000;
/** Between two calls: vendors count by the second, and people who ask go first. */
const PAUSE_MS = 250;
const LOOK_UP_MS = 10_000;
const A_STEP = 50;

/** What one look through a whole directory has found. */
export interface SyncCounts {
  readonly departments: number;
  /** Entries of members; who is in two departments is listed in both. */
  readonly listed: number;
  /** Those of them who have an account here. */
  readonly known: number;
  /** Who was not found any more, and looked up one by one. */
  readonly missing: number;
}

/**
 * How far a look through one directory has come, as it stands in its memo. It is always in one of these steps.
 * - departments: left when all are read; what the directory no longer has is dropped.
 * - people: department by department, by their ids; `after` is the last that is done, here and in the next step.
 * - missing: whoever has an account and was in no list is looked up by herself: being in no list is no proof.
 * - done: until the next one is due.
 * Whoever writes it has it until `until`; whoever finds it unfinished after that goes on from there.
 */
interface SyncState extends SyncCounts {
  readonly step: 'departments' | 'people' | 'missing' | 'done';
  readonly startedAt: number;
  readonly after: string;
  readonly until: number;
}

/**
 * What became of the wish to look through a directory.
 * - done: all of it was read. - busy: another process is at it. - rests: it is not due.
 */
export type Synced =
  | ({ readonly kind: 'done' } & SyncCounts)
  | { readonly kind: 'busy' }
  | { readonly kind: 'rests' }
  /** The vendor tells of no departments there. */
  | { readonly kind: 'none' };

export interface SyncParts {
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  readonly store: Pick<Store, 'directory' | 'departments' | 'people' | 'memos'>;
  readonly watch: DirectoryWatch;
  readonly trust: readonly Attribute[];
  readonly clock: Clock;
  readonly log: Log;
  /** Somebody has moved, left or come back. */
  readonly changed: () => void;
}

/**
 * Looks through a whole directory: every department, and who is in it. Nothing is kept of people who have never written.
 *
 * @param everyMs - Only when the last one began so long ago; 0 in any case.
 * @throws what the directory refuses; the next call goes on where it was.
 */
export async function syncDirectory(
  channel: ChannelName,
  everyMs: number,
  parts: SyncParts,
  signal: AbortSignal,
): Promise<Synced> {
  const company = parts.platforms.get(channel)?.directory?.company;
  if (!company) return { kind: 'none' };
  const claim = await Claim.take(parts.store.memos.of(channel), everyMs, parts.clock);
  if (typeof claim === 'string') return { kind: claim };
  try {
    const run = { channel, company, claim, parts, signal };
    if (claim.state.step === 'departments') await readDepartments(run);
    if (claim.state.step === 'people') await readPeople(run);
    if (claim.state.step === 'missing') await lookForMissing(run);
    const { departments, listed, known, missing } = claim.state;
    return { kind: 'done', departments, listed, known, missing };
  } catch (error) {
    await claim.leave(toGatewayError(error).retryAfterMs ?? 0).catch(() => undefined);
    throw error;
  }
}

interface Run {
  readonly channel: ChannelName;
  readonly company: Company;
  readonly claim: Claim;
  readonly parts: SyncParts;
  readonly signal: AbortSignal;
}

async function readDepartments({ channel, company, claim, parts, signal }: Run): Promise<void> {
  const { departments: store } = parts.store;
  let found = 0;
  for await (const page of company.departments(signal)) {
    if (await store.place(channel, page, parts.clock.now())) parts.changed();
    found += page.length;
    await claim.note({ departments: found });
    await parts.clock.sleep(PAUSE_MS, signal);
  }
  // An empty answer is a missing right sooner than a company without departments.
  if (found > 0 && (await store.dropUnseen(channel, claim.state.startedAt)) > 0) parts.changed();
  await claim.note({ step: 'people', departments: found });
}

async function readPeople(run: Run): Promise<void> {
  const { channel, company, claim, parts, signal } = run;
  for (;;) {
    const departments = await parts.store.departments.page(channel, claim.state.after, A_STEP);
    for (const { id } of departments) {
      for await (const page of company.people(id, signal)) {
        await takeIn(page, run);
        await parts.clock.sleep(PAUSE_MS, signal);
      }
      await claim.note({ after: id });
    }
    if (departments.length < A_STEP) break;
  }
  // Nobody at all: the app has lost its sight, not the company its people.
  if (claim.state.listed === 0)
    throw new GatewayError('platform_forbidden', `the directory of ${channel} lists nobody`);
  await claim.note({ step: 'missing', after: '' });
}

async function takeIn(page: readonly Listed[], { channel, claim, parts }: Run): Promise<void> {
  const { store, trust, clock } = parts;
  const learned: Learned[] = page.map(({ account, isActive, attributes, departments }) => {
    return { channel, account, isActive, departments, attributes: trusted(attributes, trust) };
  });
  const { changed, accounts } = await store.directory.learnKnown(learned, clock.now());
  if (changed) parts.changed();
  for (const account of accounts) if (await parts.watch.join(channel, { account, ids: {} })) parts.changed();
  const { listed, known } = claim.state;
  await claim.note({ listed: listed + page.length, known: known + accounts.length });
}

async function lookForMissing({ channel, claim, parts, signal }: Run): Promise<void> {
  for (;;) {
    const { startedAt, after } = claim.state;
    const unseen = await parts.store.directory.unseen(channel, startedAt, after, A_STEP);
    for (const sender of unseen) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOK_UP_MS)]);
      if (await parts.watch.lookNow(channel, sender, limited)) parts.changed();
      await claim.note({ missing: claim.state.missing + 1, after: sender.account });
      await parts.clock.sleep(PAUSE_MS, signal);
    }
    if (unseen.length < A_STEP) break;
  }
  await claim.note({ step: 'done' });
}

/** The memo of one directory, while it is ours. */
class Claim {
  readonly #memos: Memos;
  readonly #clock: Clock;
  #body: string;
  state: SyncState;

  private constructor(memos: Memos, clock: Clock, body: string, state: SyncState) {
    this.#memos = memos;
    this.#clock = clock;
    this.#body = body;
    this.state = state;
  }

  static async take(memos: Memos, everyMs: number, clock: Clock): Promise<Claim | 'busy' | 'rests'> {
    const before = await memos.read(MEMO);
    const last = before === undefined ? undefined : (JSON.parse(before) as SyncState);
    const now = clock.now();
    if (last && last.step !== 'done' && last.until > now) return 'busy';
    if (last?.step === 'done' && everyMs > 0 && last.startedAt + everyMs > now) return 'rests';
    const goesOn = last && last.step !== 'done' && now - last.startedAt < STALE_MS;
    const fresh = {
      step: 'departments',
      startedAt: now,
      after: '',
      departments: 0,
      listed: 0,
      known: 0,
      missing: 0,
    } as const;
    const state: SyncState = { ...(goesOn ? last : fresh), until: now + LEASE_MS };
    const body = JSON.stringify(state);
    return (await memos.swap(MEMO, before, body, now + KEEP_MS)) ? new Claim(memos, clock, body, state) : 'busy';
  }

  /** @throws {GatewayError} `lease_lost` when another process has it by now. */
  async note(change: Partial<SyncState>): Promise<void> {
    await this.#write({ ...this.state, ...change, until: this.#clock.now() + LEASE_MS });
  }

  /** Leaves it to whoever comes after a while. */
  async leave(afterMs: number): Promise<void> {
    await this.#write({ ...this.state, until: this.#clock.now() + afterMs });
  }

  async #write(next: SyncState): Promise<void> {
    const body = JSON.stringify(next);
    if (!(await this.#memos.swap(MEMO, this.#body, body, this.#clock.now() + KEEP_MS)))
      throw new GatewayError('lease_lost', 'another process looks through the directory');
    this.#body = body;
    this.state = next;
  }
}
