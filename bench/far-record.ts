/** What the far side saw of one message; times of its own clock, in milliseconds. */
export interface Seen {
  /** The agent was asked. */
  askedAt: number;
  asks: number;
  /** The agent's first words left. */
  firstTokenAt: number;
  /** The agent's last words left. */
  endAt: number;
  /** The first words came back as a message. */
  firstTextAt: number;
  /** The whole answer stood there, and nothing moved any more. */
  finalAt: number;
  /** Calls to the platform for it. */
  calls: number;
  hasEnd: boolean;
  isStreaming: boolean;
}

/** Keeps what was seen of each message, and tells who listens of each that is answered. */
export class FarRecord {
  readonly seen = new Map<number, Seen>();
  calls = 0;
  asks = 0;
  onAnswered: (number: number) => void = () => undefined;

  clear(): void {
    this.seen.clear();
    this.calls = 0;
    this.asks = 0;
  }

  of(number: number): Seen {
    const known = this.seen.get(number);
    if (known) return known;
    const fresh: Seen = {
      askedAt: 0,
      asks: 0,
      firstTokenAt: 0,
      endAt: 0,
      firstTextAt: 0,
      finalAt: 0,
      calls: 0,
      hasEnd: false,
      isStreaming: false,
    };
    this.seen.set(number, fresh);
    return fresh;
  }

  /** A call to the platform about a message, after it took effect. */
  shown(number: number, body: string): void {
    const seen = this.of(number);
    const now = performance.now();
    seen.calls += 1;
    if (seen.firstTextAt === 0 && body.includes(ANSWER_BEGINS)) seen.firstTextAt = now;
    if (body.includes(ANSWER_ENDS)) seen.hasEnd = true;
    if (seen.finalAt !== 0 || !seen.hasEnd || seen.isStreaming) return;
    seen.finalAt = now;
    this.onAnswered(number);
  }
}

const ANSWER_BEGINS = 'Answer to Question';
const ANSWER_ENDS = 'End of the answer.';

/** The pieces of the answer to a question: `count` of them, at least 2, some 40 characters each, with a little Markdown. */
export function pieces(question: number, count: number): string[] {
  const middle = Array.from(
    { length: count - 2 },
    (_, index) => `- **piece ${index}** of what there is to say，驿站\n`,
  );
  return [`${ANSWER_BEGINS} ${question}:\n\n`, ...middle, `\n${ANSWER_ENDS}`];
}
