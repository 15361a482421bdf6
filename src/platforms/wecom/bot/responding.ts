import { type FailureCode, GatewayError } from '../../../core/errors.ts';
import type { ReplyAddress } from '../../../core/event.ts';
import { id, type TurnId } from '../../../core/ids.ts';
import { type Memos, memosInMemory } from '../../../core/memos.ts';
import type { SendOptions } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { OutboundMessage, Sent } from '../../../core/reply.ts';
import { say } from '../../../core/text.ts';
import { windowOf } from '../../../lib/rate-limiter.ts';
import type { RateLimiters } from '../../../lib/rate-limiters.ts';
import type { Json } from '../../../lib/read.ts';
import type { WecomClient } from '../client.ts';
import { subjectRates } from '../rates.ts';
import { offerCard } from './cards.ts';
import type { WecomBotConfig } from './config.ts';
import { contentOf } from './content.ts';
import { Greetings } from './greetings.ts';
import { label } from './labels.ts';
import { EVENT_ANSWER_MS, FRAME_INTERVAL_MS, RESPONSE_URL_MS } from './limits.ts';
import { plainWords } from './markdown.ts';
import { greetingBody, noticeContent, questionLine } from './messages.ts';
import type { FrameMessage } from './outgoing.ts';
import type { PolledStreams } from './polled.ts';

/**
 * Puts our messages onto the screen over the callback way: the first message of an answer into the stream that is polled, what does not
 * fit there (or comes too late) by the address that the question brought for one later answer, a greeting into its own response. What an
 * answer has beyond that is left out, and its last message says so.
 */
export class Responding {
  readonly greetings: Greetings;
  readonly #client: WecomClient;
  readonly #streams: PolledStreams;
  readonly #chats: RateLimiters;
  readonly #memos: Memos;
  readonly #deps: PlatformDeps;

  constructor(client: WecomClient, streams: PolledStreams, { limits }: WecomBotConfig, deps: PlatformDeps) {
    this.greetings = new Greetings(deps.clock);
    this.#client = client;
    this.#streams = streams;
    const windows = [windowOf(limits.perMinute, 60_000), windowOf(limits.perHour, 3_600_000)];
    this.#chats = subjectRates(windows, deps.clock, (chat) => deps.countTogether?.(`chat ${chat}`));
    this.#memos = deps.memos ?? memosInMemory();
    this.#deps = deps;
  }

  grows(to: ReplyAddress): boolean {
    return this.#streams.open(to) !== undefined;
  }

  async send(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    if (message.kind === 'notice' && message.to.handle?.['greet'] !== undefined) return this.#greet(message);
    // The stream is the first message's; an answer that goes on has more of them.
    const stream = message.kind === 'file' ? undefined : this.#streams.open(message.to, message.key);
    const sent =
      stream && options.prior === undefined ? await this.#streams.finish(stream, message, options) : undefined;
    if (sent) return sent;
    return (await this.#isBeyond(message)) ? this.#leaveOut(message) : this.#respond(message, options);
  }

  /** After an answer is whole there can be questions one may ask; in groups no card is taken. */
  async update(sent: Sent, { to, frame }: FrameMessage, { signal }: SendOptions): Promise<Sent> {
    const url = usable(to, this.#deps.clock.now());
    if (frame.suggested.length === 0 || to.kind === 'group' || url === undefined) return sent;
    const body = { msgtype: 'template_card', template_card: offerCard(frame) };
    await this.#post(url, to, body, 'decoration', signal).catch((error: unknown) => {
      this.#deps.log.warn('questions not shown', { channel: this.#deps.channel, turn: frame.turn, error });
    });
    return sent;
  }

  async #respond(message: OutboundMessage, options: SendOptions): Promise<Sent> {
    const url = usable(message.to, this.#deps.clock.now());
    if (url === undefined) throw new GatewayError('platform_target_gone', 'there is no address left to answer by');
    const tried = options.prior?.handle['kind'] === 'response';
    const sent: Sent = { handle: { kind: 'response' }, minUpdateIntervalMs: FRAME_INTERVAL_MS };
    await options.save(sent);
    const markdown = this.#markdownOf(message);
    try {
      await this.#post(url, message.to, { msgtype: 'markdown', markdown }, 'final', options.signal);
    } catch (error) {
      // It takes one answer: used up when tried again, the first try has arrived.
      if (!tried || !isUsedUp(error)) throw error;
    }
    await this.#noteUse(message);
    return { ...sent, message: id(message.key) };
  }

  /** Which part of an answer has taken the address is kept: the next one may be another process's, or come after a restart. */
  async #noteUse(message: OutboundMessage): Promise<void> {
    if (message.kind !== 'frame' || message.frame.continues !== true) return;
    const keepUntil = this.#deps.clock.now() + RESPONSE_URL_MS;
    await this.#memos.swap(memoOf(message.frame.turn), undefined, message.key, keepUntil);
  }

  /** @returns Whether an earlier part of the same answer has taken the address, and told that no more follows. */
  async #isBeyond(message: OutboundMessage): Promise<boolean> {
    if (message.kind !== 'frame') return false;
    const taker = await this.#memos.read(memoOf(message.frame.turn));
    return taker !== undefined && taker !== message.key;
  }

  #leaveOut({ key, to }: OutboundMessage): Sent {
    const why = 'the address for one later answer is used up';
    this.#deps.log.warn('part of an answer left out', { channel: to.channel, key, why });
    return { handle: { kind: 'left-out' }, minUpdateIntervalMs: FRAME_INTERVAL_MS };
  }

  #markdownOf(message: OutboundMessage): Json {
    if (message.kind === 'notice') return { content: noticeContent(message) };
    if (message.kind === 'file') {
      const { file, lang } = message;
      return { content: plainWords(say(lang, 'fileFallback', { name: file.name, url: file.url })) };
    }
    const { frame } = message;
    const shown = this.#streams.shownOf(message.to);
    const isRest = shown !== '' && frame.answer.startsWith(shown) && frame.answer.length > shown.length;
    const answer = isRest ? frame.answer.slice(shown.length) : frame.answer;
    const head = isRest ? label(frame.lang, 'rest') : questionLine(frame);
    const content = contentOf(
      { ...frame, answer },
      { thoughts: false, isLast: true, ...(head !== undefined && { head }) },
    );
    return { content, feedback: { id: frame.turn } };
  }

  async #post(
    url: string,
    to: ReplyAddress,
    body: Json,
    priority: 'final' | 'decoration',
    signal: AbortSignal,
  ): Promise<void> {
    const rate = this.#chats.of(to.chat);
    await this.#client.callOpen({ api: 'aibot.response', method: 'POST', path: url, body, priority, rate, signal });
  }

  async #greet(message: OutboundMessage & { readonly kind: 'notice' }): Promise<Sent> {
    const { to } = message;
    const late = this.#deps.clock.now() - Number(to.handle?.['at'] ?? 0) > EVENT_ANSWER_MS;
    const taken = !late && (await this.greetings.give(to.handle?.['greet'] ?? '', greetingBody(message)));
    if (!taken) throw new GatewayError('platform_target_gone', 'too late to greet');
    return { message: id(message.key), handle: { kind: 'response' }, minUpdateIntervalMs: FRAME_INTERVAL_MS };
  }
}

/** What the vendor says of an address that was used before is documented nowhere; of a content that it does not take it says so. */
function isUsedUp(error: unknown): boolean {
  const used: readonly FailureCode[] = ['platform_update_closed', 'platform_target_gone', 'platform_rejected'];
  return error instanceof GatewayError && used.includes(error.code);
}

function memoOf(turn: TurnId): string {
  return `answered ${turn}`;
}

/** The address for one later answer, while it is good. */
function usable(to: ReplyAddress, now: number): string | undefined {
  const { url, at } = to.handle ?? {};
  return url !== undefined && now - Number(at) < RESPONSE_URL_MS ? url : undefined;
}
