import { setTimeout as pause } from 'node:timers/promises';
import type { Asked } from '../support/check-record.ts';
import { seededRandom } from '../support/random.ts';
import { EXCUSE } from './answers.ts';
import type { Surface, SurfaceName, Talker } from './surfaces.ts';

/** What people wrote, and where. */
export interface Written extends Asked {
  readonly surface: SurfaceName;
}

/** Everybody who writes in a run. */
export interface People {
  /** Resolves when all messages were written and brought, or given up by the vendor. */
  write(): Promise<void>;
  /** Nobody begins another message. */
  stop(): void;
  readonly written: readonly Written[];
  /** Messages that have no whole answer (yet). */
  readonly open: number;
  readonly answered: number;
  close(): void;
}

export interface PeopleOptions {
  readonly messages: number;
  /** So many write at once. */
  readonly conversations: number;
  /** Longest pause of a person before her next message, in milliseconds. */
  readonly longestPauseMs: number;
}

/** Of a hundred conversations, how many are where. */
const SHARES: Readonly<Record<SurfaceName, number>> = {
  feishu: 34,
  'wecom-app': 20,
  'wecom-bot': 10,
  'wecom-kf': 4,
  dingtalk: 32,
};
/** The share of messages that the vendor delivers again, some time later. */
const REPEATED = 0.03;
const LATEST_REPEAT_MS = 8_000;
const LOOK_EVERY_MS = 250;
/** Nobody waits for an answer for longer before she writes again. */
const PATIENCE_MS = 30_000;

export function sharesOf(conversations: number): Readonly<Record<SurfaceName, number>> {
  const shares = Object.entries(SHARES).map(([name, share]) => [
    name,
    Math.max(1, Math.round((conversations * share) / 100)),
  ]);
  return Object.fromEntries(shares) as Record<SurfaceName, number>;
}

/** @param seed - The same one makes everybody behave the same again, as far as the answers' times allow. */
export function createPeople(surfaces: readonly Surface[], options: PeopleOptions, seed: number): People {
  const written: (Written & { acknowledged: boolean })[] = [];
  const waiting = new Map<string, { readonly chat: string; readonly done: () => void }>();
  const looking = new Map<SurfaceName, { seen: number; unsettled: Set<object> }>();
  const later: Promise<unknown>[] = [];
  let begun = 0;
  let answered = 0;
  let isOver = false;

  const timer = setInterval(look, LOOK_EVERY_MS);

  /** Whose question has its whole answer by now? */
  function look(): void {
    for (const surface of surfaces) {
      const at = looking.get(surface.name) ?? { seen: 0, unsettled: new Set() };
      looking.set(surface.name, at);
      const all = surface.answers();
      for (; at.seen < all.length; at.seen += 1) at.unsettled.add(all[at.seen] as object);
      for (const one of at.unsettled) settle(surface, one, at.unsettled);
    }
  }

  function settle(surface: Surface, one: object, unsettled: Set<object>): void {
    const { chat, text, isUnfinished } = surface.look(one);
    if (isUnfinished) return;
    unsettled.delete(one);
    const mark = /\bend(m\d+x)\b/.exec(text)?.[1];
    if (mark !== undefined) return waiting.get(mark)?.done();
    // Whoever is told that there will be no answer does not wait for one; in a group it may have been her neighbour's.
    if (EXCUSE.test(text)) [...waiting.values()].find((other) => other.chat === chat)?.done();
  }

  async function talk(surface: Surface, talker: Talker, index: number): Promise<void> {
    const random = seededRandom(seed + index);
    const { mostUnanswered = Number.POSITIVE_INFINITY } = surface;
    const open: Promise<unknown>[] = [];
    let unanswered = 0;
    while (!isOver) {
      await pause(random.between(0, options.longestPauseMs));
      while ((!surface.isThere() || unanswered >= mostUnanswered) && !isOver) await pause(50);
      if (open.length >= surface.mostOpen) await Promise.race([open.shift(), pause(PATIENCE_MS)]);
      if (isOver || begun >= options.messages) return;
      const mark = `m${(begun += 1)}x`;
      unanswered += 1;
      open.push(answerTo(talker.chat, mark).then(() => (unanswered -= 1)));
      await writeOne(surface, talker, mark, random.chance(REPEATED) ? random.between(1, LATEST_REPEAT_MS) : undefined);
    }
  }

  function answerTo(chat: string, mark: string): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(mark);
        answered += 1;
        resolve();
      };
      waiting.set(mark, { chat, done });
    });
  }

  async function writeOne(surface: Surface, talker: Talker, mark: string, repeatAfterMs?: number): Promise<void> {
    const { person, chat } = talker;
    // Her next message must be a later one for the bot too, or there is no order to keep.
    const { message, acknowledged } = await surface.say(talker, `Question ${mark}, please.`);
    const conversation = `${chat} ${person}`;
    written.push({ surface: surface.name, message, chat, person, conversation, mark, acknowledged });
    if (repeatAfterMs === undefined || !surface.acknowledges) return;
    later.push(pause(repeatAfterMs).then(() => surface.redeliver(message)));
  }

  return {
    async write() {
      const shares = sharesOf(options.conversations);
      const all = surfaces.flatMap((surface) =>
        surface.people(shares[surface.name]).map((talker) => ({ surface, talker })),
      );
      await Promise.all(all.map(({ surface, talker }, index) => talk(surface, talker, index)));
      await Promise.all(later);
    },
    stop() {
      isOver = true;
    },
    written,
    get open() {
      return waiting.size;
    },
    get answered() {
      return answered;
    },
    close: () => clearInterval(timer),
  };
}
