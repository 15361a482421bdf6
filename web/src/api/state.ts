import type {
  Fault,
  GatewayState,
  PlatformKind,
  SimApp,
  SimApprovalForm,
  SimChat,
  SimEvent,
  SimMessage,
  SimPerson,
  SimQuota,
  SimResource,
  SimSettings,
  SimSnapshot,
  TraceEvent,
  WireEntry,
} from '../../../src/simulator/contract.ts';
import { streamInto } from './stream-into.ts';

/** The wire log in the page keeps this many entries; the server may keep more. */
export const MAX_WIRE = 400;
/** Ways of messages that are kept. */
export const MAX_TRACES = 200;

/** What the simulator has told so far. Never changed in place: what is untouched keeps its identity. */
export interface SimState {
  readonly people: readonly SimPerson[];
  readonly apps: readonly SimApp[];
  readonly chats: ReadonlyMap<string, SimChat>;
  /** By {@link keyOf}. */
  readonly messages: ReadonlyMap<string, SimMessage>;
  /** Keys of a chat's messages, oldest first; by {@link keyOf} of the chat. */
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly samples: readonly SimResource[];
  readonly hints: NonNullable<SimSnapshot['hints']>;
  /** Newest last. */
  readonly wire: readonly WireEntry[];
  readonly faults: readonly Fault[];
  readonly gateway: GatewayState;
  readonly quotas: readonly SimQuota[];
  readonly approvalForms: readonly SimApprovalForm[];
  /** By the gateway's event key, in the order in which each began. */
  readonly traces: ReadonlyMap<string, readonly TraceEvent[]>;
  readonly settings: SimSettings;
  /** What to add to this browser's clock to get the simulator's. */
  readonly clockOffsetMs: number;
}

/** Ids are a vendor's; two vendors may use the same. */
export function keyOf(platform: PlatformKind, id: string): string {
  return `${platform}:${id}`;
}

/** Works a batch of events in. `before` is undefined until the first snapshot has come. */
export function reduce(before: SimState | undefined, events: readonly SimEvent[], now: number): SimState | undefined {
  let draft = before === undefined ? undefined : new Draft(before);
  for (const event of events) {
    if (event.type === 'snapshot') draft = new Draft(fromSnapshot(event.state, now));
    else if (draft !== undefined) draft.apply(event);
  }
  return draft?.done();
}

function fromSnapshot(snapshot: SimSnapshot, now: number): SimState {
  const order = new Map<string, string[]>();
  const messages = new Map<string, SimMessage>();
  for (const message of snapshot.messages) {
    const key = keyOf(message.platform, message.id);
    const chat = keyOf(message.platform, message.chat);
    messages.set(key, message);
    order.set(chat, [...(order.get(chat) ?? []), key]);
  }
  return {
    people: snapshot.people,
    apps: snapshot.apps,
    chats: new Map(snapshot.chats.map((chat) => [keyOf(chat.platform, chat.id), chat])),
    messages,
    order,
    samples: snapshot.samples,
    hints: snapshot.hints ?? [],
    wire: snapshot.wire.slice(-MAX_WIRE),
    faults: snapshot.faults,
    gateway: snapshot.gateway,
    quotas: snapshot.quotas ?? [],
    approvalForms: snapshot.approvalForms ?? [],
    traces: groupTraces(new Map(), snapshot.traces),
    settings: snapshot.settings,
    clockOffsetMs: snapshot.now - now,
  };
}

function groupTraces(
  before: ReadonlyMap<string, readonly TraceEvent[]>,
  events: readonly TraceEvent[],
): ReadonlyMap<string, readonly TraceEvent[]> {
  const traces = new Map(before);
  for (const event of events) traces.set(event.key, [...(traces.get(event.key) ?? []), event]);
  for (const key of traces.keys()) {
    if (traces.size <= MAX_TRACES) break;
    traces.delete(key);
  }
  return traces;
}

/** Copies a collection at its first change only, so that a batch of a hundred events copies it once. */
class Draft {
  private next: { -readonly [K in keyof SimState]: SimState[K] };
  private readonly owned = new Set<string>();
  private newTraces: TraceEvent[] = [];

  constructor(state: SimState) {
    this.next = { ...state };
  }

  done(): SimState {
    if (this.newTraces.length > 0) this.next.traces = groupTraces(this.next.traces, this.newTraces);
    this.newTraces = [];
    return this.next;
  }

  apply(event: Exclude<SimEvent, { type: 'snapshot' }>): void {
    switch (event.type) {
      case 'message-added':
      case 'message-changed':
        return this.putMessage(event.message);
      case 'card-streamed':
        return this.stream(event);
      case 'chat-added':
      case 'chat-changed':
        this.map('chats').set(keyOf(event.chat.platform, event.chat.id), event.chat);
        return;
      case 'app-changed':
        this.next.apps = replaceBy(this.next.apps, event.app, (a) => a.id === event.app.id);
        return;
      case 'wire-added':
      case 'wire-changed':
        this.next.wire = replaceBy(this.next.wire, event.entry, (e) => e.id === event.entry.id).slice(-MAX_WIRE);
        return;
      case 'wire-cleared':
        this.next.wire = [];
        return;
      case 'faults-changed':
        this.next.faults = event.faults;
        return;
      case 'gateway-changed':
        this.next.gateway = event.gateway;
        return;
      case 'trace':
        this.newTraces.push(event.event);
        return;
      case 'quota-changed':
        this.next.quotas = replaceBy(this.next.quotas, event.quota, (q) => q.platform === event.quota.platform);
        return;
      case 'settings-changed':
        this.next.settings = event.settings;
        break;
      case 'toast':
        // Passes by; nothing of it stays.
        break;
    }
  }

  private putMessage(message: SimMessage): void {
    const key = keyOf(message.platform, message.id);
    const known = this.next.messages.get(key);
    if (known !== undefined && known.version > message.version) return;
    this.map('messages').set(key, message);
    if (known !== undefined) return;
    const chat = keyOf(message.platform, message.chat);
    const others = this.next.order.get(chat) ?? [];
    // Nearly always the newest; an older one when the reader asked for what was before.
    const after = others.findLastIndex((other) => (this.next.messages.get(other)?.at ?? 0) <= message.at);
    this.map('order').set(chat, others.toSpliced(after + 1, 0, key));
  }

  private stream(event: Extract<SimEvent, { type: 'card-streamed' }>): void {
    const key = keyOf(event.platform, event.message);
    const message = this.next.messages.get(key);
    if (message === undefined || event.version <= message.version) return;
    this.map('messages').set(key, streamInto(message, event));
  }

  private map<K extends 'chats' | 'messages' | 'order'>(name: K): Map<string, ValueOf<SimState[K]>> {
    if (!this.owned.has(name)) {
      this.next[name] = new Map<string, never>(this.next[name] as ReadonlyMap<string, never>);
      this.owned.add(name);
    }
    return this.next[name] as unknown as Map<string, ValueOf<SimState[K]>>;
  }
}

type ValueOf<M> = M extends ReadonlyMap<string, infer V> ? V : never;

function replaceBy<T>(list: readonly T[], item: T, same: (other: T) => boolean): readonly T[] {
  const at = list.findLastIndex(same);
  return at < 0 ? [...list, item] : list.with(at, item);
}
