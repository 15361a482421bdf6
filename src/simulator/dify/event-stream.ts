import type { ServerResponse } from 'node:http';
import type { StandInClock } from './clock.ts';

/** Dify pings every 10 s, and a relay gives up after 300 s without an event. */
export const PING_EVERY_MS = 10_000;
export const RELAY_IDLE_MS = 300_000;

const PING = 'event: ping\n\n';

/** Told what goes over the wire; for a log that people look at. */
export interface StreamWatch {
  frame(text: string): void;
}

/**
 * One SSE response.
 *
 * - silent: nothing sent, so the client has not even got the status line. Left by the first flush.
 * - open: pings are due every 10 s: counted from the start of the run in process, from the last event behind a relay.
 * - closed: ended by us or by the client; whatever is sent then goes nowhere.
 *
 * Frames wait in memory until `flush`, so a run that never pauses leaves in one write.
 */
export class EventStream {
  readonly relay: boolean;
  private readonly res: ServerResponse;
  private readonly clock: StandInClock;
  private readonly watch: StreamWatch | undefined;
  private pending = '';
  private lastEventAt: number;
  private cancelPing: (() => void) | undefined;
  private closed = false;
  private keptAlive = false;
  /** Called once, when either side has closed. */
  onClose: (() => void) | undefined;

  constructor(
    res: ServerResponse,
    clock: StandInClock,
    relay: boolean,
    headers: readonly string[],
    watch?: StreamWatch,
  ) {
    this.res = res;
    this.clock = clock;
    this.relay = relay;
    this.watch = watch;
    this.lastEventAt = clock.now();
    res.writeHead(200, ['Content-Type', 'text/event-stream; charset=utf-8', 'Cache-Control', 'no-cache', ...headers]);
    res.on('close', () => this.settle());
    if (relay) this.pending = PING;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** One frame, with its blank line. */
  send(frame: string): void {
    if (this.closed) return;
    this.pending += frame;
    this.watch?.frame(frame);
  }

  /** Puts what waits on the wire and keeps the line alive from now on. */
  flush(): void {
    if (this.closed) return;
    if (!this.keptAlive) this.keepAlive();
    if (this.pending === '') return;
    this.lastEventAt = this.clock.now();
    this.res.write(this.pending);
    this.pending = '';
  }

  /** Raw bytes, at once: half a character if need be. */
  writeBytes(bytes: Uint8Array): void {
    if (this.closed) return;
    this.flush();
    this.res.write(bytes);
  }

  end(): void {
    if (this.closed) return;
    this.res.end(this.pending === '' ? undefined : this.pending);
    this.settle();
  }

  /** Cuts the line: no last chunk, no goodbye. What was sent before is still delivered. */
  cut(): void {
    if (this.closed) return;
    this.flush();
    const { socket } = this.res;
    // `destroySoon` writes out what the socket holds; a plain `destroy` would throw the last frames away.
    if (socket === null) this.res.destroy();
    else socket.destroySoon();
    this.settle();
  }

  private settle(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelPing?.();
    this.onClose?.();
  }

  private keepAlive(): void {
    this.keptAlive = true;
    this.scheduleFrom(this.clock.now());
  }

  private scheduleFrom(from: number): void {
    this.cancelPing = this.clock.after(from + PING_EVERY_MS - this.clock.now(), () => this.tick(from + PING_EVERY_MS));
  }

  private tick(at: number): void {
    if (!this.relay) {
      this.ping();
      return this.scheduleFrom(at);
    }
    const idleMs = this.clock.now() - this.lastEventAt;
    if (idleMs >= RELAY_IDLE_MS) return this.end();
    // An event came meanwhile: the 10 s count from there.
    if (idleMs < PING_EVERY_MS - 1) return this.scheduleFrom(this.lastEventAt);
    this.ping();
    this.scheduleFrom(at);
  }

  private ping(): void {
    this.watch?.frame(PING);
    this.res.write(PING);
  }
}
