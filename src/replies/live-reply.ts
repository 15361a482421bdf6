import type { Clock } from '../core/clock.ts';
import { type GatewayError, toGatewayError } from '../core/errors.ts';
import type { ReplyAddress } from '../core/event.ts';
import type { SendKey } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Frame, Sent } from '../core/reply.ts';

/** What a message that grows needs to know of the world. */
export interface LiveReplyParts {
  readonly platform: Platform;
  readonly to: ReplyAddress;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The send key of the n-th message of the answer. */
  readonly keyOf: (part: number) => SendKey;
  /** Stores what is on the screen, so that another process could go on with it. */
  readonly save: (part: number, sent: Sent) => Promise<void>;
  /** A frame is at the vendor's. */
  readonly shown: (frame: Frame, count: number) => void;
  /** Frames stop, the final one goes its own way. */
  readonly gaveUp: (error: GatewayError) => void;
}

/** Makes the newest frame of the answer's n-th message; one that `continues` is that message's last. */
export type MakeFrame = (part: number) => Frame;

const LONGEST_PAUSE_MS = 10_000;
const UNKNOWN: Sent = { handle: {}, minUpdateIntervalMs: 0 };

/**
 * Shows a growing answer: one call at a time, never faster than the vendor allows, always the newest frame.
 *
 * States: unopened (nothing on the screen), open (a message grows), closed (no frame will be shown any more, either because the end has come
 * or because the vendor does not take frames; the final frame goes through the outbox in both cases).
 *
 * A frame that is replaced before its time is never rendered: the caller gives a function that makes the newest one.
 */
export class LiveReply {
  readonly #parts: LiveReplyParts;
  #sent: Sent | undefined;
  #part: number;
  #wanted: MakeFrame | undefined;
  #loop: Promise<void> | undefined;
  #closed = false;
  /** A first frame was handed to the vendor and we did not learn what became of it. */
  #doubtful = false;
  #stopWaiting = new AbortController();
  #count = 0;
  #nextAt = 0;

  /** @param begun - The message that an earlier process had on the screen. */
  constructor(parts: LiveReplyParts, begun?: { readonly part: number; readonly sent: Sent }) {
    this.#parts = parts;
    this.#sent = begun?.sent;
    this.#part = begun?.part ?? 0;
    this.#closed = parts.platform.can.reply === 'append' || parts.platform.update === undefined;
  }

  /** Whether a message is on the screen, or on its way there. */
  get open(): boolean {
    return this.#sent !== undefined || this.#loop !== undefined;
  }

  /** Which of the answer's messages grows; those before are whole. */
  get part(): number {
    return this.#part;
  }

  /** What a final frame has to know of the screen; with an empty handle where a first frame may or may not have arrived. */
  get sent(): Sent | undefined {
    return this.#sent ?? (this.#doubtful ? UNKNOWN : undefined);
  }

  /** Offers a newer frame; `make` is called when its time has come, and only for the newest offer. */
  offer(make: MakeFrame): void {
    if (this.#closed) return;
    this.#wanted = make;
    this.#loop ??= this.#run().finally(() => {
      this.#loop = undefined;
    });
  }

  /** Ends the frames: waits for the call that is under way, and no longer. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wanted = undefined;
    this.#stopWaiting.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#wanted !== undefined && !this.#closed) {
      await this.#untilAllowed();
      const make = this.#wanted;
      if (this.#closed || make === undefined) return;
      this.#wanted = undefined;
      await this.#show(make);
    }
  }

  async #untilAllowed(): Promise<void> {
    const wait = this.#nextAt - this.#parts.clock.now();
    if (wait <= 0) return;
    await this.#parts.clock.sleep(wait, this.#stopWaiting.signal).catch(() => undefined);
  }

  async #show(make: MakeFrame): Promise<void> {
    try {
      const frame = make(this.#part);
      await this.#put(frame);
      // The answer has outgrown this message: it is whole, and what comes next belongs to a new one.
      if (frame.continues === true) this.#moveOn(make);
    } catch (error) {
      this.#failed(toGatewayError(error), make);
    }
  }

  #moveOn(make: MakeFrame): void {
    this.#part += 1;
    this.#sent = undefined;
    this.#doubtful = false;
    this.#wanted ??= make;
  }

  async #put(frame: Frame): Promise<void> {
    const { platform, to, keyOf, signal, save, shown, clock } = this.#parts;
    const part = this.#part;
    const message = { kind: 'frame', to, key: keyOf(part), frame } as const;
    const options = {
      signal,
      save: (sent: Sent) => {
        this.#sent = sent;
        return save(part, sent);
      },
      ...(this.#sent && { prior: this.#sent }),
    };
    const opened = this.#sent?.message !== undefined;
    const sent =
      opened && platform.update && this.#sent
        ? await platform.update(this.#sent, message, options)
        : await platform.send(message, options);
    this.#sent = sent;
    this.#doubtful = false;
    this.#nextAt = clock.now() + sent.minUpdateIntervalMs;
    if (!opened) await save(part, sent);
    this.#count += 1;
    shown(frame, this.#count);
  }

  #failed(error: GatewayError, make: MakeFrame): void {
    this.#doubtful = this.#sent === undefined;
    const { retry } = error.failure;
    const hopeless = retry === 'never' || this.#parts.signal.aborted;
    if (hopeless) {
      // What is on the screen stays noted, also when it cannot be changed: its send key is used up, and the final frame needs to know.
      this.#closed = true;
      this.#parts.gaveUp(error);
      return;
    }
    // Decoration waits; a newer frame, or the final one, overtakes this one in the meantime.
    this.#nextAt = this.#parts.clock.now() + Math.min(LONGEST_PAUSE_MS, error.retryAfterMs ?? 1_000);
    this.#wanted ??= make;
  }
}
