import { type GatewayError, toGatewayError } from '../core/errors.ts';
import type { Frame, Sent } from '../core/reply.ts';
import type { Turn } from './frame-gate.ts';
import type { GrowingReply, MakeFrame, ReplyParts } from './growing-reply.ts';

const LONGEST_PAUSE_MS = 10_000;
/** When it is asked again whose the answer is; by then the store has said so. */
const ASK_AGAIN_MS = 500;
/** Made once: an abort without a reason makes an error with a stack each time. */
const CLOSED = new Error('the reply is closed');
const UNKNOWN: Sent = { handle: {}, minUpdateIntervalMs: 0 };

/**
 * Shows a growing answer: one call at a time, never faster than the vendor allows, always the newest frame.
 *
 * States: unopened (nothing on the screen), open (a message grows), closed (no frame will be shown any more, either because the end has come
 * or because the vendor does not take frames; the final frame goes through the outbox in both cases).
 *
 * A frame that is replaced before its time is never rendered: the caller gives a function that makes the newest one.
 */
export class LiveReply implements GrowingReply {
  readonly #parts: ReplyParts;
  #sent: Sent | undefined;
  #part: number;
  #wanted: MakeFrame | undefined;
  #loop: Promise<void> | undefined;
  #closed = false;
  /** A first frame was handed to the vendor and we did not learn what became of it. */
  #doubtful = false;
  /** What the next frame waits for: its time, or its turn. */
  #pause: AbortController | undefined;
  #turn: Turn | undefined;
  #count = 0;
  #nextAt = 0;

  /** @param before - The message that an earlier process had on the screen; `perhaps` when it may have sent one without noting it. */
  constructor(parts: ReplyParts, before?: { readonly part: number; readonly sent: Sent } | 'perhaps') {
    this.#parts = parts;
    const begun = before === 'perhaps' ? undefined : before;
    this.#sent = begun?.sent;
    this.#part = begun?.part ?? 0;
    this.#doubtful = before === 'perhaps';
    const { platform, to } = parts;
    const pushes = platform.can.reply === 'stream' || platform.can.reply === 'edit';
    this.#closed = !pushes || platform.update === undefined || platform.grows?.(to) === false;
  }

  get open(): boolean {
    return this.#sent !== undefined || this.#loop !== undefined;
  }

  get part(): number {
    return this.#part;
  }

  get sent(): Sent | undefined {
    return this.#sent ?? (this.#doubtful ? UNKNOWN : undefined);
  }

  offer(make: MakeFrame): void {
    if (this.#closed) return;
    this.#wanted = make;
    this.#loop ??= this.#run();
  }

  /** Nobody asks: frames are pushed. */
  frame(): undefined {}

  async close(): Promise<void> {
    this.#closed = true;
    this.#wanted = undefined;
    this.#pause?.abort(CLOSED);
    this.#turn?.cancel();
    await this.#loop;
  }

  async #run(): Promise<void> {
    try {
      while (this.#wanted !== undefined && !this.#closed) {
        if (this.#nextAt > this.#parts.clock.now()) await this.#untilAllowed();
        this.#turn = this.#takeTurn();
        const leave = await this.#turn?.come;
        this.#turn = undefined;
        const make = this.#wanted;
        this.#wanted = undefined;
        if (make !== undefined && !this.#closed) await this.#show(make);
        leave?.();
      }
    } finally {
      this.#loop = undefined;
    }
  }

  async #untilAllowed(): Promise<void> {
    this.#pause = new AbortController();
    const wait = this.#nextAt - this.#parts.clock.now();
    await this.#parts.clock.sleep(wait, this.#pause.signal).catch(() => undefined);
    this.#pause = undefined;
  }

  /** The first words wait for nobody: their person looks at nothing yet. */
  #takeTurn(): Turn | undefined {
    return this.#closed || this.#hasFirstWords ? undefined : this.#parts.gate.enter();
  }

  get #hasFirstWords(): boolean {
    return this.#sent?.message === undefined && this.#wanted?.(this.#part).state === 'answering';
  }

  async #show(make: MakeFrame): Promise<void> {
    // An older look of ours would overwrite, and open again, what somebody else has ended by now.
    if (!this.#parts.isOurs()) return this.#later(ASK_AGAIN_MS, make);
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
    let isNoting = false;
    const options = {
      signal,
      // Noted first: what a later try goes on with is shown by it at once, and would be nobody's if this process died then.
      save: async (sent: Sent) => {
        isNoting = true;
        await save(part, sent);
        isNoting = false;
        this.#sent = sent;
      },
      ...(this.#sent && { prior: this.#sent }),
      ...(this.#doubtful && { mayBeShown: true }),
    };
    const opened = this.#sent?.message !== undefined;
    const showing =
      opened && platform.update && this.#sent
        ? platform.update(this.#sent, message, options)
        : platform.send(message, options);
    const sent = await showing.catch((error: unknown) => {
      // What could not be noted was not shown.
      if (this.#sent === undefined && !isNoting) this.#doubtful = true;
      throw error;
    });
    this.#sent = sent;
    this.#doubtful = false;
    this.#nextAt = clock.now() + sent.minUpdateIntervalMs;
    if (!opened) await save(part, sent);
    this.#count += 1;
    shown(frame, this.#count);
  }

  #failed(error: GatewayError, make: MakeFrame): void {
    const { retry } = error.failure;
    const hopeless = retry === 'never' || this.#parts.signal.aborted;
    if (hopeless) {
      // What is on the screen stays noted, also when it cannot be changed: its send key is used up, and the final frame needs to know.
      this.#closed = true;
      this.#parts.gaveUp(error);
      return;
    }
    this.#later(Math.min(LONGEST_PAUSE_MS, error.retryAfterMs ?? 1_000), make);
  }

  /** Decoration waits; a newer frame, or the final one, overtakes this one in the meantime. */
  #later(ms: number, make: MakeFrame): void {
    this.#nextAt = this.#parts.clock.now() + ms;
    this.#wanted ??= make;
  }
}
