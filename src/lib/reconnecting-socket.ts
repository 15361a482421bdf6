import type { Agent as HttpsAgent } from 'node:https';
import { WebSocket } from 'ws';
import { createProxyAgent } from './proxy-agent.ts';

/** Where to connect, and how to keep that connection; times in milliseconds. */
export interface SocketTarget {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One open connection. */
export interface OpenSocket {
  /** Says nothing when the connection has gone meanwhile: whoever waits for an answer is asked again on the next one. */
  send(data: Uint8Array | string): void;
  /** Opens a new connection before this one is left, because the far side has announced its end. */
  replace(): void;
  /** Gives this connection up: it is of no use, for this reason. */
  end(reason: Error): void;
}

export interface SocketHooks {
  /** Asked before every try. What it throws counts as a failed try. */
  target(signal: AbortSignal): Promise<SocketTarget>;
  opened?(socket: OpenSocket): void;
  /** May not throw; what it starts is its own. */
  received(data: Buffer, isBinary: boolean, socket: OpenSocket): void;
  /** How often `beat` is called while a connection is open; asked anew each time. */
  heartbeatMs(): number;
  beat(socket: OpenSocket): void;
  /** After so long without any frame a connection counts as dead, however alive TCP looks. */
  idleMs(): number;
  /** The pause before the next try. @param failures - Tries since the last connection that worked, from 1. */
  pauseMs(failures: number, error: unknown): number;
  /** A try has failed, or a connection has ended. */
  lost?(error: unknown, failures: number): void;
}

export interface SocketOptions {
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
  /** Proxy for wss addresses. */
  readonly proxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

export interface SocketState {
  readonly state: 'connecting' | 'open' | 'closed';
  /** Epoch milliseconds of the last frame of the far side, pings of the protocol not counted. */
  readonly lastFrameAt?: number;
  /** Connections tried so far. */
  readonly attempts: number;
}

const HANDSHAKE_TIMEOUT_MS = 15_000;
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

/** Keeps one connection open for as long as it is wanted: connects, watches, and connects again. */
export class ReconnectingSocket {
  readonly #hooks: SocketHooks;
  readonly #options: SocketOptions;
  #state: SocketState['state'] = 'closed';
  #attempts = 0;
  #lastFrameAt: number | undefined;

  constructor(hooks: SocketHooks, options: SocketOptions) {
    this.#hooks = hooks;
    this.#options = options;
  }

  get state(): SocketState {
    const at = this.#lastFrameAt;
    return { state: this.#state, attempts: this.#attempts, ...(at !== undefined && { lastFrameAt: at }) };
  }

  /** Runs until `signal` ends it; never fails, a connection that cannot be made is tried for ever. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let previous: Connection | undefined;
    while (!signal.aborted) {
      const connection = await this.#connect(signal).catch((error: unknown) => error);
      previous?.close();
      previous = undefined;
      let ended: unknown = connection;
      if (connection instanceof Connection) {
        failures = 0;
        ended = await connection.over;
        this.#state = 'connecting';
        if (ended === REPLACED) {
          previous = connection;
          continue;
        }
      }
      if (signal.aborted) break;
      failures += 1;
      this.#hooks.lost?.(ended, failures);
      await this.#options.clock.sleep(this.#hooks.pauseMs(failures, ended), signal).catch(() => undefined);
    }
    previous?.close();
    this.#state = 'closed';
  }

  async #connect(signal: AbortSignal): Promise<Connection> {
    this.#state = 'connecting';
    this.#attempts += 1;
    const target = await this.#hooks.target(signal);
    signal.throwIfAborted();
    const connection = new Connection(target, this.#hooks, this.#options, (at) => {
      this.#lastFrameAt = at;
    });
    const abort = (): void => connection.close();
    signal.addEventListener('abort', abort, { once: true });
    void connection.over.then(() => signal.removeEventListener('abort', abort));
    await connection.opened;
    this.#state = 'open';
    return connection;
  }
}

/** Why a connection is left while it still works. */
const REPLACED = Symbol('replaced');

/**
 * One connection. Connecting until `opened` settles; then open, watched by the heartbeat and the idle watchdog, until `over`
 * resolves with the reason.
 */
class Connection implements OpenSocket {
  readonly opened: Promise<void>;
  readonly over: Promise<unknown>;
  readonly #socket: WebSocket;
  readonly #hooks: SocketHooks;
  #end: (reason: unknown) => void = () => undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #beatMs = 0;
  #left = false;

  constructor(target: SocketTarget, hooks: SocketHooks, options: SocketOptions, seen: (at: number) => void) {
    this.#hooks = hooks;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#socket = new WebSocket(target.url, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      headers: { ...target.headers },
      ...proxyOptions(target.url, options),
    });
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once('open', () => {
        this.#beat();
        this.#watch();
        hooks.opened?.(this);
        resolve();
      });
      void this.over.then((reason) =>
        reject(reason instanceof Error ? reason : new Error('closed before it was open')),
      );
    });
    this.#socket.on('message', (data: Buffer, isBinary) => {
      seen(options.clock.now());
      hooks.received(data, isBinary, this);
      // What was received may have changed the rhythm.
      if (hooks.heartbeatMs() !== this.#beatMs) this.#beat();
      this.#watch();
    });
    this.#socket.on('error', (error) => this.#finish(error));
    this.#socket.on('close', (code) => this.#finish(new Error(`the connection was closed with code ${code}`)));
  }

  send(data: Uint8Array | string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(data, (error) => {
      if (error) this.#finish(error);
    });
  }

  replace(): void {
    this.#stopTimers();
    this.#end(REPLACED);
  }

  end(reason: Error): void {
    this.#finish(reason);
  }

  close(): void {
    this.#finish(new Error('closed by us'));
  }

  #beat(): void {
    if (this.#left) return;
    clearTimeout(this.#heartbeat);
    this.#beatMs = this.#hooks.heartbeatMs();
    this.#heartbeat = setTimeout(() => {
      this.#hooks.beat(this);
      this.#beat();
    }, this.#beatMs);
  }

  #watch(): void {
    if (this.#left) return;
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#finish(new Error('nothing was heard for too long')), this.#hooks.idleMs());
  }

  #finish(reason: unknown): void {
    this.#stopTimers();
    this.#end(reason);
    // A far side that is gone does not answer the closing handshake.
    this.#socket.terminate();
  }

  #stopTimers(): void {
    this.#left = true;
    clearTimeout(this.#heartbeat);
    clearTimeout(this.#watchdog);
  }
}

function proxyOptions(url: string, { proxy, noProxy }: SocketOptions): { agent?: HttpsAgent } {
  // An agent for TLS refuses a plain address outright.
  if (proxy === undefined || proxy === '' || !url.startsWith('wss:')) return {};
  return { agent: createProxyAgent(proxy, noProxy) };
}
