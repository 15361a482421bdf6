/** Time as the stand-in lives in it. Hand in your own to turn it by hand. */
export interface StandInClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once after `ms`; the returned function takes that back. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's time, made faster: at `speed` 1000 the 300 s idle limit takes 0.3 s. */
export class FastClock implements StandInClock {
  private readonly waiting = new Set<NodeJS.Timeout>();
  private rate: number;
  private origin = Date.now();
  private shown = this.origin;

  constructor(speed = 1) {
    this.rate = speed;
  }

  get speed(): number {
    return this.rate;
  }

  /** Waits that run already keep their length. */
  set speed(speed: number) {
    this.shown = this.now();
    this.origin = Date.now();
    this.rate = speed;
  }

  now(): number {
    return this.shown + (Date.now() - this.origin) * this.rate;
  }

  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(
      () => {
        this.waiting.delete(timer);
        run();
      },
      Math.max(0, ms / this.rate),
    );
    this.waiting.add(timer);
    return () => {
      clearTimeout(timer);
      this.waiting.delete(timer);
    };
  }

  /** Nothing that was waited for happens any more. */
  close(): void {
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
  }
}

/** Epoch seconds, as Dify writes times. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
