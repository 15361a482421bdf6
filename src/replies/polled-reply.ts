import type { Frame } from '../core/reply.ts';
import type { GrowingReply, MakeFrame, ReplyParts } from './growing-reply.ts';

/**
 * A growing answer that the platform comes for: nothing is sent, and a frame is made only when somebody asks for it. The message is on the
 * screen from the moment the question was acknowledged; what does not fit into it follows when the answer is whole.
 */
export class PolledReply implements GrowingReply {
  readonly part = 0;
  readonly sent = undefined;
  readonly #shown: ReplyParts['shown'];
  #make: MakeFrame | undefined;
  #seen = '';
  #count = 0;

  constructor({ shown }: Pick<ReplyParts, 'shown'>) {
    this.#shown = shown;
  }

  get open(): boolean {
    return this.#make !== undefined;
  }

  offer(make: MakeFrame): void {
    this.#make = make;
  }

  frame(): Frame | undefined {
    const frame = this.#make?.(this.part);
    if (!frame) return undefined;
    const look = `${frame.state} ${frame.answer.length} ${frame.thoughts.length}`;
    if (look !== this.#seen) {
      this.#seen = look;
      this.#count += 1;
      this.#shown(frame, this.#count);
    }
    return frame;
  }

  /** The last look stays to be asked for until the final frame is there to be fetched. */
  async close(): Promise<void> {}
}
