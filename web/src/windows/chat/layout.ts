import type { Author, SimMessage } from '../../../../src/simulator/contract.ts';

/** A gap this long between two messages is marked with the time. */
const TIME_GAP_MS = 5 * 60_000;
/** Messages of one person this close together share one avatar. */
const SAME_SPEAKER_MS = 3 * 60_000;

export interface Row {
  readonly message: SimMessage;
  /** Whether the time stands above it. */
  readonly timed: boolean;
  /** Whether name and avatar are shown, or it goes on under the ones above. */
  readonly opens: boolean;
  /** The topic that it began: its id and how many have answered. */
  readonly thread: string | undefined;
  readonly replies: number;
}

/** The rows of a conversation, oldest first; what was said in a topic stands in the topic. */
export function rowsOf(messages: readonly SimMessage[]): Row[] {
  const topics = topicsOf(messages);
  const rows: Row[] = [];
  for (const message of messages) {
    const topic = message.thread === undefined ? topics.byRoot.get(message.id) : message.thread;
    if (topic !== undefined && topics.roots.get(topic) !== message.id) continue;
    rows.push(rowOf(message, rows.at(-1)?.message, topic, topic === undefined ? 0 : (topics.replies.get(topic) ?? 0)));
  }
  return rows;
}

/** The rows of one topic, its first message on top. */
export function rowsOfTopic(messages: readonly SimMessage[], thread: string): Row[] {
  const root = topicsOf(messages).roots.get(thread);
  const rows: Row[] = [];
  for (const message of messages) {
    if (message.thread !== thread && message.id !== root) continue;
    rows.push(rowOf(message, rows.at(-1)?.message, undefined, 0));
  }
  return rows;
}

interface Topics {
  /** First message by topic. */
  readonly roots: ReadonlyMap<string, string>;
  readonly byRoot: ReadonlyMap<string, string>;
  readonly replies: ReadonlyMap<string, number>;
}

/** The first message of a topic is the one the others name as their root; it need not carry the topic's id itself. */
function topicsOf(messages: readonly SimMessage[]): Topics {
  const roots = new Map<string, string>();
  const replies = new Map<string, number>();
  for (const message of messages) {
    const { thread } = message;
    if (thread === undefined) continue;
    const isReply = message.root !== undefined && message.root !== message.id;
    if (isReply) replies.set(thread, (replies.get(thread) ?? 0) + 1);
    if (!roots.has(thread)) roots.set(thread, isReply && message.root !== undefined ? message.root : message.id);
  }
  const known = new Set(messages.map((message) => message.id));
  // The root may be older than what we have: then the oldest answer at hand stands for it.
  for (const [thread, root] of roots) {
    if (!known.has(root)) roots.set(thread, messages.find((message) => message.thread === thread)?.id ?? root);
  }
  return { roots, replies, byRoot: new Map([...roots].map(([thread, root]) => [root, thread])) };
}

function rowOf(message: SimMessage, before: SimMessage | undefined, thread: string | undefined, replies: number): Row {
  const timed = before === undefined || message.at - before.at > TIME_GAP_MS;
  const goesOn =
    !timed &&
    before.recalledAt === undefined &&
    sameAuthor(message.from, before.from) &&
    message.at - before.at < SAME_SPEAKER_MS &&
    message.parent === undefined;
  return { message, timed, opens: !goesOn, thread, replies };
}

export function sameAuthor(a: Author, b: Author): boolean {
  if (a.kind === 'person') return b.kind === 'person' && a.person === b.person;
  if (a.kind === 'bot') return b.kind === 'bot' && a.app === b.app;
  return b.kind === 'system';
}
