import type { Simulator } from '../../src/simulator/index.ts';
import type { Shown } from '../support/check-record.ts';

/** Where people meet the bot. */
export const SURFACES = ['feishu', 'wecom-app', 'wecom-bot', 'wecom-kf', 'dingtalk'] as const;
export type SurfaceName = (typeof SURFACES)[number];

/** A chat that somebody has with the bot. */
export interface Talker {
  readonly person: string;
  readonly chat: string;
  /** How the bot is called there; '' where it need not be. */
  readonly mention: string;
}

/** An answer as it stands at the vendor's. */
export interface Answer extends Omit<Shown, 'replyTo'> {
  /** The message it answers, where the vendor knows. */
  readonly parent: string | undefined;
}

/** One surface, the same for each. */
export interface Surface {
  readonly name: SurfaceName;
  /** Whether the vendor is told that it arrived; if not, what the store holds counts. */
  readonly acknowledges: boolean;
  /** Whether the vendor knows a repeated call by its key; if not, an answer in doubt may come once more, marked. */
  readonly hasKeys: boolean;
  /** Most questions of one person that wait for an answer, as long as she has patience. */
  readonly mostOpen: number;
  /** Most that wait at all, where the vendor lets no more be answered. */
  readonly mostUnanswered?: number;
  people(count: number): Talker[];
  /** Whether anybody would hear what is said now. */
  isThere(): boolean;
  /** Says something; resolves when the vendor has brought it or given up, with the message's id. */
  say(talker: Talker, text: string): Promise<{ readonly message: string; readonly acknowledged: boolean }>;
  redeliver(message: string): Promise<unknown>;
  /** All answers, oldest first; read when they are looked at. */
  answers(): readonly object[];
  look(answer: object): Answer;
  /** Long connections that are open, of whatever needs one. */
  connections(): number;
}

const GROUP_SIZE = 4;

export function createSurfaces(simulator: Simulator): readonly Surface[] {
  return [feishu(simulator), app(simulator), bot(simulator), service(simulator), dingtalk(simulator)];
}

function feishu({ feishu: side, people }: Simulator): Surface {
  return {
    name: 'feishu',
    acknowledges: true,
    hasKeys: true,
    mostOpen: 2,
    people: (count) =>
      gather(count, 'feishu', people, {
        direct: (person) => side.directChat(person),
        group: (group) => ({ chat: side.addGroup({ ...group, bots: [side.app.id] }).chatId, mention: '@{bot} ' }),
      }),
    isThere: () => true,
    say: ({ person, chat, mention }, text) => brought(side.say({ from: person, chat, text: mention + text })),
    redeliver: (message) => side.redeliver(message),
    answers: () => side.record.answers(),
    look(answer) {
      const one = answer as ReturnType<typeof side.record.answers>[number];
      const stops = one.buttons.some(({ value }) => (value as { readonly act?: unknown } | undefined)?.act === 'stop');
      return asAnswer(one, one.isLeftOpen || stops);
    },
    connections: () => 0,
  };
}

type Wecom = Pick<Surface, 'redeliver' | 'answers' | 'look'>;

function wecomOf({ wecom: side }: Simulator, surface: 'app' | 'bot' | 'kf'): Wecom {
  return {
    redeliver: (message) => side.redeliver(message),
    answers: () => side.record.answers().filter((one) => one.surface === surface),
    look(answer) {
      const one = answer as ReturnType<typeof side.record.answers>[number];
      return asAnswer(one, !one.isSettled);
    },
  };
}

function app(simulator: Simulator): Surface {
  const { wecom: side, people } = simulator;
  return {
    ...wecomOf(simulator, 'app'),
    name: 'wecom-app',
    acknowledges: true,
    hasKeys: true,
    mostOpen: 2,
    people: (count) =>
      each(count, 'app', (person) => (people.add({ id: person }), side.directChat(person, side.app.id))),
    isThere: () => true,
    say: ({ person }, text) => brought(side.say({ from: person, to: side.app.id, text })),
    connections: () => 0,
  };
}

function bot(simulator: Simulator): Surface {
  const { wecom: side, people } = simulator;
  return {
    ...wecomOf(simulator, 'bot'),
    name: 'wecom-bot',
    acknowledges: false,
    hasKeys: false,
    mostOpen: 1,
    people: (count) =>
      each(count, 'bot', (person) => (people.add({ id: person }), side.directChat(person, side.bot.id))),
    isThere: () => side.sockets.count(side.bot.id) > 0,
    say: ({ person }, text) => brought(side.say({ from: person, to: side.bot.id, text })),
    connections: () => side.sockets.count(side.bot.id),
  };
}

function service(simulator: Simulator): Surface {
  const { wecom: side, people } = simulator;
  const accountOf = (person: string) => `wk_${person.slice(person.lastIndexOf('-') + 1)}`;
  return {
    ...wecomOf(simulator, 'kf'),
    name: 'wecom-kf',
    // What is pulled is the vendor's until the gateway has stored it with its cursor.
    acknowledges: true,
    hasKeys: true,
    mostOpen: 2,
    // Five messages may be said to a customer after each of hers.
    mostUnanswered: 5,
    people: (count) =>
      each(count, 'kf', (person) => {
        people.add({ id: person, role: 'customer' });
        return side.directChat(person, accountOf(person));
      }),
    isThere: () => true,
    async say({ person }, text) {
      const { messageId, delivered } = side.say({ from: person, to: accountOf(person), text });
      await delivered;
      return { message: messageId, acknowledged: true };
    },
    connections: () => 0,
  };
}

function dingtalk({ dingtalk: side, people }: Simulator): Surface {
  return {
    name: 'dingtalk',
    acknowledges: true,
    // Its cards have keys, its messages have none.
    hasKeys: false,
    mostOpen: 2,
    people: (count) =>
      gather(count, 'dingtalk', people, {
        direct: (person) => side.directChat(person),
        group: (group) => ({
          chat: side.addGroup({ ...group, bots: [side.app.id] }),
          mention: `@{${side.app.id}} `,
        }),
      }),
    isThere: () => true,
    say: ({ person, chat, mention }, text) => brought(side.say({ from: person, chat, text: mention + text })),
    redeliver: (message) => side.redeliver(message),
    answers: () => side.record.answers(),
    look(answer) {
      const one = answer as ReturnType<typeof side.record.answers>[number];
      return asAnswer(one, !one.isSettled);
    },
    connections: () => side.stream.count(side.app.id),
  };
}

async function brought(said: {
  readonly messageId: string;
  readonly delivered: Promise<readonly { readonly ok: boolean }[]>;
}): Promise<{ readonly message: string; readonly acknowledged: boolean }> {
  const outcomes = await said.delivered;
  return { message: said.messageId, acknowledged: outcomes.length > 0 && outcomes.every(({ ok }) => ok) };
}

function each(count: number, prefix: string, chatOf: (person: string) => string): Talker[] {
  return Array.from({ length: count }, (_, index) => {
    const person = `${prefix}-${index}`;
    return { person, chat: chatOf(person), mention: '' };
  });
}

/** How chats are made there. */
interface Places {
  direct(person: string): string;
  group(group: { readonly name: string; readonly people: readonly string[] }): Pick<Talker, 'chat' | 'mention'>;
}

/** Half of them in direct chats, half in groups of four. */
function gather(count: number, prefix: string, people: Simulator['people'], { direct, group }: Places): Talker[] {
  const talkers: Talker[] = [];
  for (let turn = 0; talkers.length < count; turn += 1) {
    const size = turn % (GROUP_SIZE + 1) === GROUP_SIZE ? GROUP_SIZE : 1;
    const names = Array.from({ length: size }, (_, index) => `${prefix}-${turn}-${index}`);
    for (const id of names) people.add({ id });
    const [first = ''] = names;
    const place =
      size === 1 ? { chat: direct(first), mention: '' } : group({ name: `Group of ${first}`, people: names });
    talkers.push(...names.map((person) => ({ person, ...place })));
  }
  return talkers.slice(0, count);
}

/** What the record of any vendor has of an answer. */
interface Recorded extends Pick<Answer, 'text' | 'sentAt'> {
  readonly messageId: string;
  readonly chatId: string;
  readonly parentId: string | undefined;
}

function asAnswer({ messageId, chatId, parentId, text, sentAt }: Recorded, isUnfinished: boolean): Answer {
  return { message: messageId, chat: chatId, parent: parentId, text, sentAt, isUnfinished };
}
