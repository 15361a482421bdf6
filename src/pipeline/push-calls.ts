import { GatewayError } from '../core/errors.ts';
import type { PushId } from '../core/ids.ts';
import { digestOf, pushSendKey } from '../core/keys.ts';
import { pushLane } from '../core/lane.ts';
import type { Lang } from '../core/lang.ts';
import {
  articlesInText,
  factsInText,
  fileInText,
  type PushAddress,
  type PushContent,
  type Pusher,
  type PushMessage,
  pictureInText,
} from '../core/push.ts';
import type { NewPushPart, ShownOn } from '../core/push-store.ts';
import type { NewOutboxRow, Store } from '../core/store.ts';
import { type PusherSources, pusherOf } from './deliver-push.ts';
import { dayOf, varied } from './push-content.ts';
import type { Reached } from './push-receivers.ts';

/** What is the same for every call that a push takes. */
export interface PushPlan {
  readonly id: PushId;
  /** What such receivers may read. */
  readonly contentFor: (to: Reached) => PushContent;
  readonly lang: Lang;
  readonly now: number;
  readonly again: 'skip' | 'vary';
}

export interface PlannedCalls {
  readonly parts: readonly NewPushPart[];
  readonly rows: readonly NewOutboxRow[];
}

/** Receivers who are reached in the same way. */
type Group = readonly [Reached, ...Reached[]];

/** Every call that a push takes: receivers who go together are reached by one, a long content takes several. */
export async function planCalls(
  receivers: readonly Reached[],
  plan: PushPlan,
  sources: PusherSources,
  pushes: Pick<Store['pushes'], 'shown'>,
): Promise<PlannedCalls> {
  const parts: NewPushPart[] = [];
  const rows: NewOutboxRow[] = [];
  let calls = 0;
  for (const group of groupsOf(receivers)) {
    const planned = await planGroup(group, plan, sources, pushes);
    parts.push(...planned.skipped);
    for (const { to, contents } of planned.calls) {
      contents.forEach(({ content, shown }, part) => {
        const key = pushSendKey(plan.id, calls, part);
        const message: PushMessage = { kind: 'push', to, key, content, lang: plan.lang };
        rows.push({ lane: pushLane(to), message, part });
        parts.push(...to.ids.map((receiver) => partOf(to, receiver, part, shown, key)));
      });
      calls += 1;
    }
  }
  return { parts, rows };
}

function groupsOf(receivers: readonly Reached[]): readonly Group[] {
  const groups = new Map<string, [Reached, ...Reached[]]>();
  for (const one of receivers) {
    const name = JSON.stringify([one.channel, one.way, one.kind]);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return [...groups.values()];
}

/** What this pusher cannot show by itself stands in the text. @throws {GatewayError} for a question that nobody could answer there. */
function shownBy(pusher: Pusher, given: PushContent): PushContent {
  const { channel, showsArticles, showsFacts, showsPictures, sendsFiles, asks } = pusher;
  if (given.kind === 'question' && (asks === undefined || (asks === 'buttons' && given.choices.length > 0)))
    throw new GatewayError(
      'platform_content_refused',
      `${channel} cannot bring back what is answered to such a question`,
    );
  const told = showsFacts === true ? given : factsInText(given);
  const listed = showsArticles === true ? told : articlesInText(told);
  const linked = sendsFiles === true ? listed : fileInText(listed);
  return showsPictures === true ? linked : pictureInText(linked);
}

interface PlannedContent {
  readonly content: PushContent;
  readonly shown?: ShownOn;
}

interface PlannedGroup {
  readonly skipped: readonly NewPushPart[];
  readonly calls: readonly { readonly to: PushAddress; readonly contents: readonly PlannedContent[] }[];
}

async function planGroup(
  group: Group,
  plan: PushPlan,
  sources: PusherSources,
  pushes: Pick<Store['pushes'], 'shown'>,
): Promise<PlannedGroup> {
  const [{ channel, way, kind }] = group;
  const pusher = pusherOf(channel, sources);
  const most = pusher?.reach[way]?.[kind];
  if (!pusher || most === undefined)
    throw new GatewayError('push_unreachable', `nothing reaches a ${kind} of ${channel}`);
  const ids = group.map(({ id }) => id);
  const given = plan.contentFor(group[0]);
  const whole = shownBy(pusher, given);
  const address = (some: readonly string[]): PushAddress => ({ channel, way, kind, ids: some });
  const contents = pusher.partsOf(whole, way).map((content): PlannedContent => ({ content }));
  if (pusher.onceADay !== way)
    return { skipped: [], calls: chunks(ids, most).map((some) => ({ to: address(some), contents })) };

  const { fresh, seen } = await shownBefore(ids, contents, pusher, plan, pushes);
  const dated = datedContents(contents, plan);
  const calls = chunks(fresh, most).map((some) => ({ to: address(some), contents: dated }));
  if (plan.again === 'skip') {
    return {
      skipped: seen.flatMap((one) => dated.map(({ shown }, part) => partOf(address([one]), one, part, shown))),
      calls,
    };
  }
  const other = pusher.partsOf(varied(whole, plan.now, plan.lang), way).map((content) => ({ content }));
  const otherCalls = chunks(seen, most).map((some) => ({ to: address(some), contents: datedContents(other, plan) }));
  return { skipped: [], calls: [...calls, ...otherCalls] };
}

/** Who has got all of these words today: the vendor would say yes and show her nothing. */
async function shownBefore(
  ids: readonly string[],
  contents: readonly PlannedContent[],
  { channel }: Pusher,
  plan: PushPlan,
  pushes: Pick<Store['pushes'], 'shown'>,
): Promise<{ readonly fresh: readonly string[]; readonly seen: readonly string[] }> {
  const sets = await Promise.all(datedContents(contents, plan).map(({ shown }) => pushes.shown(channel, shown)));
  const isSeen = (one: string): boolean => sets.every((set) => set.has(one));
  return { fresh: ids.filter((one) => !isSeen(one)), seen: ids.filter(isSeen) };
}

function datedContents(contents: readonly PlannedContent[], { now }: PushPlan) {
  const day = dayOf(now);
  return contents.map(({ content }) => ({ content, shown: { day, digest: digestOf(content) } }));
}

function partOf(
  { channel, kind }: PushAddress,
  receiver: string,
  part: number,
  shown: ShownOn | undefined,
  sendKey?: PushMessage['key'],
): NewPushPart {
  return { channel, kind, receiver, part, ...(sendKey !== undefined && { sendKey }), ...(shown && { shown }) };
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
