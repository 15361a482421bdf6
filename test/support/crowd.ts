import { setTimeout as pause } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.ts';
import type { Asked, Question, RunRecord, Shown } from './check-record.ts';
import { type Random, seededRandom } from './random.ts';

/** How a crowd behaves. */
export interface CrowdOptions {
  readonly conversations: number;
  readonly messagesEach: number;
  /** Longest pause between two messages of one person, in milliseconds. */
  readonly longestPauseMs: number;
  /** The share of messages that the vendor delivers more than once under new event ids, at once or some time later. */
  readonly repeated: number;
}

/** People who write to the bot, each in a conversation of her own: half of them in direct chats, half in groups. */
export interface Crowd {
  /** Resolves when everybody has written everything and every message was acknowledged. */
  write(): Promise<void>;
  /** Messages without a whole answer. */
  readonly waiting: number;
  /** Messages that were delivered more than once on purpose. */
  readonly repeats: number;
  /** What the far side has seen, for the judge. */
  record(): RunRecord;
}

interface Talker {
  readonly person: string;
  readonly chat: string;
  readonly inGroup: boolean;
}

const GROUP_SIZE = 5;
const LATEST_REPEAT_MS = 4_000;

/** @param seed - The same one makes everybody behave the same again. */
export function createCrowd(simulator: Simulator, options: CrowdOptions, seed: number): Crowd {
  const { feishu } = simulator;
  const talkers = gather(simulator, options.conversations);
  const asked: (Omit<Asked, 'acknowledged'> & { text: string })[] = [];
  const later: Promise<unknown>[] = [];
  let repeats = 0;

  async function talk(talker: Talker, index: number): Promise<void> {
    // Each has a dice of her own: who comes first, which nobody can repeat, then changes nothing for the others.
    const random = seededRandom(seed + index);
    for (let count = 0; count < options.messagesEach; count += 1) {
      await pause(random.between(0, options.longestPauseMs));
      const repeatAfterMs = repetitions(random);
      await writeOne(talker, repeatAfterMs);
    }
  }

  /** After how many milliseconds the vendor delivers a message again; none for most. */
  function repetitions(random: Random): number[] {
    if (!random.chance(options.repeated)) return [];
    const times = random.chance(0.3) ? 2 : 1;
    return Array.from({ length: times }, () => (random.chance(0.4) ? 0 : random.between(1, LATEST_REPEAT_MS)));
  }

  async function writeOne({ person, chat, inGroup }: Talker, repeatAfterMs: readonly number[]): Promise<void> {
    const mark = `m${asked.length}x`;
    const text = `${inGroup ? '@{bot} ' : ''}Question ${mark}, please.`;
    const { messageId, delivered } = feishu.say({ from: person, chat, text });
    asked.push({ message: messageId, chat, person, conversation: `${chat} ${person}`, mark, text });
    if (repeatAfterMs.length > 0) repeats += 1;
    later.push(...repeatAfterMs.map((wait) => pause(wait).then(() => feishu.redeliver(messageId))));
    // Her next message must be a later one for the bot too, or there is no order to keep.
    const [outcome] = await delivered;
    if (outcome?.ok !== true) throw new Error(`the vendor gave up the delivery of ${mark}`);
  }

  function record(): RunRecord {
    const { acknowledged } = feishu.record;
    const shown = feishu.record.answers().map(
      (answer): Shown => ({
        message: answer.messageId,
        chat: answer.chatId,
        replyTo: answer.parentId,
        text: answer.text,
        sentAt: answer.sentAt,
        isUnfinished: answer.isLeftOpen || answer.buttons.some(({ value }) => actOf(value) === 'stop'),
      }),
    );
    const questions = (simulator.dify?.record.asked() ?? []).map(
      ({ query, user, conversation }): Question => ({ text: query, user, dialogue: conversation ?? '' }),
    );
    return { asked: asked.map((one) => ({ ...one, acknowledged: acknowledged.has(one.message) })), shown, questions };
  }

  return {
    async write() {
      await Promise.all(talkers.map(talk));
      await Promise.all(later);
    },
    get waiting() {
      return asked.filter(
        ({ message, mark }) => !feishu.record.answersTo(message).some(({ text }) => text.includes(`end${mark}`)),
      ).length;
    },
    get repeats() {
      return repeats;
    },
    record,
  };
}

function gather({ feishu, people }: Simulator, conversations: number): Talker[] {
  const talkers: Talker[] = [];
  for (let index = 0; talkers.length < conversations; index += 1) {
    if (index % 6 !== 5) {
      const person = `writer-${index}`;
      people.add({ id: person });
      talkers.push({ person, chat: feishu.directChat(person), inGroup: false });
      continue;
    }
    const members = Array.from({ length: GROUP_SIZE }, (_, member) => `member-${index}-${member}`);
    for (const id of members) people.add({ id });
    const { chatId } = feishu.addGroup({ name: `Group ${index}`, people: members, bots: [feishu.app.id] });
    talkers.push(...members.map((person) => ({ person, chat: chatId, inGroup: true })));
  }
  return talkers.slice(0, conversations);
}

function actOf(value: unknown): unknown {
  return (value as { readonly act?: unknown } | undefined)?.act;
}
