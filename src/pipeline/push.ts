import type { Clock } from '../core/clock.ts';
import { GatewayError } from '../core/errors.ts';
import type { ChannelName, Lane, PushId, SendKey } from '../core/ids.ts';
import { digestOf, pushIdOf } from '../core/keys.ts';
import type { Lang } from '../core/lang.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Platform } from '../core/platform.ts';
import type { PushAddress, PushContent, Pusher, PushOutcome, PushTo } from '../core/push.ts';
import type { Push } from '../core/push-store.ts';
import type { Sent } from '../core/reply.ts';
import type { Store } from '../core/store.ts';
import type { Guards } from '../guard/guards.ts';
import { type PusherSources, pusherOf } from './deliver-push.ts';
import { outGuard } from './guarding.ts';
import { planCalls } from './push-calls.ts';
import { checkContent, malformed, maskContent } from './push-content.ts';
import { type Reached, receiversOf } from './push-receivers.ts';

/** What is asked to be pushed. */
export interface PushRequest {
  /** The caller's own name for it: the same again is the same push, for 45 days at the least. */
  readonly key: string;
  readonly to: readonly PushTo[];
  readonly content: PushContent;
  /** The language of what we add. Default: zh. */
  readonly lang?: Lang;
  /** As a notification of the app where the vendor has those; departments and everyone are notified in any case. */
  readonly notice?: boolean;
  /** Who has got the same words today would not be shown them again: leave her out (default), or put the time behind the words. */
  readonly again?: 'skip' | 'vary';
  /** Who is called when somebody answers what is asked (the name of a {@link PushPurpose}), and what is to be remembered; JSON. */
  readonly answers?: { readonly purpose: string; readonly subject?: unknown };
}

export interface AcceptedPush extends Push {
  /** Accepted before under the same key. */
  readonly duplicate: boolean;
}

/** What the vendor says of a call that it took. */
export interface AskedCall extends PushOutcome {
  readonly to: PushAddress;
}

export interface PushService {
  /**
   * Accepts a push: everything that has to be sent for it is stored when this resolves, and is sent by whoever works on the store.
   *
   * @throws {GatewayError} `push_malformed`, `push_conflict`, `push_unreachable`, `platform_content_refused`; then nothing is stored.
   */
  push(request: PushRequest): Promise<AcceptedPush>;
  /** What has become of it. @param key - The caller's. */
  find(key: string): Promise<Push | undefined>;
  /** Asks the vendors what became of what was sent, where they tell; costs calls. @throws {GatewayError} `not_found`. */
  ask(key: string, signal: AbortSignal): Promise<readonly AskedCall[]>;
  /** Takes back what was sent, where the vendors allow it; answers how many messages. @throws {GatewayError} `not_found`. */
  recall(key: string, signal: AbortSignal): Promise<number>;
}

export interface PushParts extends PusherSources {
  readonly platforms: ReadonlyMap<ChannelName, Pick<Platform, 'pusher' | 'name'>>;
  readonly store: Pick<Store, 'pushes' | 'people' | 'outbox'>;
  readonly guards: Guards;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Tells the scheduler that a lane has work; without one the next sweep of a running gateway finds it. */
  readonly wake?: (lane: Lane) => void;
}

export const MAX_KEY_CHARS = 200;

export function createPushService(parts: PushParts): PushService {
  // Who has got the same words today is asked first and noted then: two at once would both find nobody.
  let line: Promise<unknown> = Promise.resolve();
  return {
    push(request) {
      const turn = line.then(() => accept(request, parts));
      line = turn.catch(() => undefined);
      return turn;
    },
    find: (key) => parts.store.pushes.get(pushIdOf(key)),
    ask: (key, signal) => ask(key, parts, signal),
    recall: (key, signal) => recall(key, parts, signal),
  };
}

async function accept(request: PushRequest, parts: PushParts): Promise<AcceptedPush> {
  const { key, to, content, lang = 'zh', notice = false, again = 'skip', answers } = request;
  if (key === '' || key.length > MAX_KEY_CHARS) throw malformed(`it needs a key of 1 to ${MAX_KEY_CHARS} characters`);
  if (to.length === 0) throw malformed('it names nobody');
  checkContent(content);
  const id = pushIdOf(key);
  if (answers && content.kind !== 'question') throw malformed('it wants answers and asks nothing');
  const digest = digestOf([to, content, lang, notice, again, ...(answers ? [answers] : [])]);
  const before = await knownPush(id, digest, parts);
  if (before) return before;

  const receivers = await receiversOf(to, notice, parts);
  const now = parts.clock.now();
  const plan = { id, contentFor: (to: Reached) => maskedFor(to, content, lang, parts), lang, now, again };
  const planned = await planCalls(receivers, plan, parts, parts.store.pushes);
  const isNew = await parts.store.pushes.add({ id, key, digest, ...answers, ...planned }, now);
  const stored = await knownPush(id, digest, parts);
  if (!stored) throw new GatewayError('internal', `push ${id} is not there after it was stored`);
  if (!isNew) return stored;
  for (const { channel, sendKey } of planned.parts)
    parts.metrics.push(channel, sendKey === undefined ? 'skipped' : 'accepted');
  parts.log.info('push accepted', { push: id, receivers: receivers.length, calls: planned.rows.length });
  for (const { lane } of planned.rows) parts.wake?.(lane);
  return { ...stored, duplicate: false };
}

/** Without what must not leave to such receivers. */
function maskedFor({ channel, kind }: Reached, content: PushContent, lang: Lang, parts: PushParts): PushContent {
  const audience = kind === 'user' || kind === 'staff' ? 'direct' : 'group';
  return maskContent(content, lang, outGuard({ channel, kind: audience }, parts));
}

async function knownPush(id: PushId, digest: string, { store }: PushParts): Promise<AcceptedPush | undefined> {
  const known = await store.pushes.get(id);
  if (!known) return undefined;
  if (known.digest !== digest)
    throw new GatewayError('push_conflict', `push ${id} was accepted before with something else`);
  return { ...known, duplicate: true };
}

interface SentCall {
  readonly pusher: Pusher;
  readonly to: PushAddress;
  readonly sent: Sent;
}

/** Every call of a push that has landed. */
async function sentCalls(key: string, parts: PushParts): Promise<readonly SentCall[]> {
  const id = pushIdOf(key);
  const push = await parts.store.pushes.get(id);
  if (!push) throw new GatewayError('not_found', `there is no push ${id}`);
  const landed = push.parts.filter(({ state }) => state === 'sent' || state === 'refused');
  const keys = new Map<SendKey, Push['parts'][number]['channel']>();
  for (const { sendKey, channel } of landed) if (sendKey !== undefined) keys.set(sendKey, channel);
  const calls = await Promise.all(
    [...keys].map(async ([sendKey, channel]): Promise<SentCall | undefined> => {
      const row = await parts.store.outbox.ofKey(channel, sendKey);
      const pusher = pusherOf(channel, parts);
      if (row?.message.kind !== 'push' || row.sent === undefined || !pusher) return undefined;
      return { pusher, to: row.message.to, sent: row.sent };
    }),
  );
  return calls.filter((call) => call !== undefined);
}

async function ask(key: string, parts: PushParts, signal: AbortSignal): Promise<readonly AskedCall[]> {
  const asked: AskedCall[] = [];
  for (const { pusher, to, sent } of await sentCalls(key, parts)) {
    const outcome = await pusher.outcome?.(sent, to, signal);
    if (outcome) asked.push({ to, ...outcome });
  }
  return asked;
}

async function recall(key: string, parts: PushParts, signal: AbortSignal): Promise<number> {
  let recalled = 0;
  for (const { pusher, to, sent } of await sentCalls(key, parts)) {
    if (!pusher.recall) continue;
    await pusher.recall(sent, to, signal);
    recalled += 1;
  }
  return recalled;
}
