/** Sends deliveries as the vendors would, and measures how long each takes to be acknowledged and answered. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { delivery, type SignedDelivery, type Vendor } from './deliveries.ts';
import { dingtalkDelivery, dingtalkFrame } from './deliveries-dingtalk.ts';
import { wecomDelivery } from './deliveries-wecom.ts';
import { wecomBotFrame } from './deliveries-wecom-bot.ts';
import { FarLines, type LineVendor } from './far-lines.ts';
import { feishuFrame } from './frames-feishu.ts';
import { serve } from './program.ts';

/** A run of deliveries. */
export interface Run {
  readonly url: string;
  /** Feishu when absent. */
  readonly vendor?: Vendor;
  /** Over the vendor's long connection instead of to `url`. */
  readonly byLine?: true;
  /** Number of the first message; no two runs of one bench share a number. */
  readonly first: number;
  /** Most messages that are sent. */
  readonly count: number;
  /** How many people ask. */
  readonly chats: number;
  /** At once; each place sends its next message when its last one is acknowledged, or answered. */
  readonly concurrent?: number;
  readonly nextWhen?: 'acknowledged' | 'answered';
  /** Instead of `concurrent`: so many each second, whatever happens to them. */
  readonly perSecond?: number;
  /** Nothing new is sent after this long. */
  readonly forMs: number;
  /** How long the answers to what was sent are waited for afterwards; 0 does not wait. */
  readonly drainMs: number;
}

export interface Ran {
  readonly sent: number;
  readonly acknowledged: number;
  /** Deliveries that were answered with anything but 200. */
  readonly refused: number;
  readonly answered: number;
  /** Milliseconds from the first delivery to the last acknowledgement. */
  readonly ackedInMs: number;
  /** Milliseconds from the first delivery to the last answer. */
  readonly answeredInMs: number;
  /** Milliseconds, one for each delivery. */
  readonly ackMs: Float64Array;
}

let onAnswered: (number: number) => void = () => undefined;

async function listen(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 4);
    for (let at = 0; at < whole; at += 4) onAnswered(bytes.readUInt32LE(at));
    rest = bytes.subarray(whole);
  });
  await new Promise((resolve) => socket.once('connect', resolve));
}

const DELIVERIES: Readonly<Record<Exclude<Vendor, 'wecom-bot'>, (number: number, chats: number) => SignedDelivery>> = {
  feishu: delivery,
  wecom: wecomDelivery,
  dingtalk: dingtalkDelivery,
};
const FRAMES: Readonly<Record<LineVendor, (number: number, chats: number) => Buffer>> = {
  feishu: feishuFrame,
  'wecom-bot': wecomBotFrame,
  dingtalk: dingtalkFrame,
};
const lines = new FarLines((number) => onAnswered(number));
let prepared: SignedDelivery[] = [];
let preparedFrames: Buffer[] = [];

async function run(plan: Run): Promise<Ran> {
  const watch = new Watch(plan);
  onAnswered = (number) => watch.answered(number);
  const { send, close } = plan.byLine ? await byLine(plan, watch) : byWebhook(plan, watch);
  if (plan.perSecond === undefined) await closedLoop(plan, send, watch);
  else await atRate(plan, plan.perSecond, send, watch);
  await watch.drained(plan.drainMs);
  await close();
  return watch.result();
}

/** Sends one of what was prepared; resolves when it is acknowledged. */
type Send = (index: number) => Promise<void>;

/** How deliveries reach the gateway. */
interface Way {
  readonly send: Send;
  close(): Promise<void>;
}

function byWebhook(plan: Run, watch: Watch): Way {
  const target = new URL(plan.url);
  const pool = new Pool(target.origin, { connections: plan.concurrent ?? 64, pipelining: 1 });
  const send = async (index: number): Promise<void> => {
    const { headers, body, query = '' } = prepared[index] as SignedDelivery;
    const sentAt = performance.now();
    const response = await pool.request({ path: `${target.pathname}${query}`, method: 'POST', headers, body });
    await response.body.dump();
    watch.acknowledged(response.statusCode, sentAt);
  };
  return { send, close: () => pool.destroy() };
}

async function byLine(plan: Run, watch: Watch): Promise<Way> {
  const vendor = lineVendorOf(plan);
  await lines.opened(vendor);
  const send = async (index: number): Promise<void> => {
    const sentAt = performance.now();
    await lines.deliver(vendor, plan.first + index, preparedFrames[index] as Buffer);
    watch.acknowledged(200, sentAt);
  };
  return { send, close: () => Promise.resolve() };
}

function lineVendorOf({ vendor = 'feishu' }: Pick<Run, 'vendor'>): LineVendor {
  if (vendor === 'wecom') throw new Error('an app of WeCom has no long connection');
  return vendor;
}

async function closedLoop(plan: Run, send: Send, watch: Watch): Promise<void> {
  const endAt = performance.now() + plan.forMs;
  const patience = setTimeout(() => watch.giveUp(), plan.forMs + plan.drainMs);
  const place = async (): Promise<void> => {
    while (watch.sent < plan.count && performance.now() < endAt) {
      const index = watch.sent++;
      const answer = plan.nextWhen === 'answered' ? watch.answerOf(plan.first + index) : undefined;
      await send(index);
      await answer;
    }
  };
  await Promise.all(Array.from({ length: plan.concurrent ?? 1 }, place));
  clearTimeout(patience);
}

async function atRate(plan: Run, perSecond: number, send: Send, watch: Watch): Promise<void> {
  const startedAt = performance.now();
  const sending: Promise<void>[] = [];
  while (watch.sent < plan.count && performance.now() - startedAt < plan.forMs) {
    sending.push(send(watch.sent++));
    const wait = startedAt + (watch.sent * 1000) / perSecond - performance.now();
    if (wait > 0) await pause(wait);
  }
  await Promise.all(sending);
}

/** Counts a run. */
class Watch {
  sent = 0;
  readonly #plan: Run;
  readonly #startedAt = performance.now();
  readonly #ackMs: number[] = [];
  readonly #waiting = new Map<number, () => void>();
  readonly #done = new Set<number>();
  #refused = 0;
  #lastAckAt = 0;
  #lastAnswerAt = 0;
  #onDrained: (() => void) | undefined;

  constructor(plan: Run) {
    this.#plan = plan;
  }

  acknowledged(status: number, sentAt: number): void {
    this.#lastAckAt = performance.now();
    if (status === 200) this.#ackMs.push(this.#lastAckAt - sentAt);
    else this.#refused += 1;
  }

  answered(number: number): void {
    if (number < this.#plan.first || number >= this.#plan.first + this.#plan.count) return;
    this.#lastAnswerAt = performance.now();
    this.#done.add(number);
    this.#waiting.get(number)?.();
    this.#waiting.delete(number);
    if (this.#done.size >= this.#ackMs.length) this.#onDrained?.();
  }

  answerOf(number: number): Promise<void> {
    if (this.#done.has(number)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  /** Nobody waits for an answer any longer. */
  giveUp(): void {
    for (const go of this.#waiting.values()) go();
    this.#waiting.clear();
  }

  async drained(withinMs: number): Promise<void> {
    if (withinMs === 0 || this.#done.size >= this.#ackMs.length) return;
    const all = new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
    await Promise.race([all, pause(withinMs)]);
  }

  result(): Ran {
    return {
      sent: this.sent,
      acknowledged: this.#ackMs.length,
      refused: this.#refused,
      answered: this.#done.size,
      ackedInMs: this.#lastAckAt - this.#startedAt,
      answeredInMs: this.#lastAnswerAt - this.#startedAt,
      ackMs: Float64Array.from(this.#ackMs),
    };
  }
}

const HANDLERS = {
  serveLines: () => lines.listen(),
  listen,
  /** Signs and encrypts what {@link run} will send, so that it costs nothing while somebody is measured. */
  prepare(plan: Pick<Run, 'first' | 'count' | 'chats' | 'vendor' | 'byLine'>): void {
    const { first, count, chats, vendor = 'feishu' } = plan;
    const all = <Made>(make: (number: number, chats: number) => Made): Made[] =>
      Array.from({ length: count }, (_, index) => make(first + index, chats));
    prepared = plan.byLine || vendor === 'wecom-bot' ? [] : all(DELIVERIES[vendor]);
    preparedFrames = plan.byLine ? all(FRAMES[lineVendorOf(plan)]) : [];
  },
  run,
};
export type Load = typeof HANDLERS;
serve(HANDLERS);
