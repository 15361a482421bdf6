import { AsyncResource } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import { brokenBy, HttpError, heldBack } from './http-error.ts';
import { withoutQuery } from './without-query.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Longest wait for the response's head, and again for its whole body when it is read whole; default 10,000. */
  readonly timeoutMs?: number;
  /** Longest silence between two pieces while it is poured; default `timeoutMs`, 0 for no limit. */
  readonly idleTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Longest body that is taken; default 8 MiB, for `pour()` no limit unless given. */
  readonly maxBytes?: number;
}

/** A response whose head has come. Exactly one of the readers is called, once; the others then fail. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated header the values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  bytes(): Promise<Buffer>;
  text(): Promise<string>;
  /** @throws {SyntaxError} when the body is not JSON. */
  json(): Promise<unknown>;
  /**
   * Gives the body piece by piece in the moment in which it comes; resolves at its end. What `into` throws closes the connection and is
   * thrown here.
   */
  pour(into: Into): Promise<void>;
  /** Gives the body up unread. */
  discard(): void;
}

type Into = (piece: Uint8Array) => void;

export type MayLeave = (signal: AbortSignal) => boolean;

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
/** How much of a body is held for a reader that has not come for it, in bytes; then the far side has to wait. */
const MAX_AHEAD_BYTES = 64 * 1024;
/** Made once: an abort without a reason makes an error with a stack each time. */
const GIVEN_UP = new Error('the exchange was given up');

/**
 * One request and its answer, in one object and without a stream of Node's around the body: this is made several times for
 * each message, and once for each answer that grows.
 *
 * - asking: nothing has come. Left by the head, or by a failure.
 * - open: the head has come. Left by the end of the body, or by a failure.
 * - ended: the body is here whole.
 * - failed: timed out, given up or broken; `failure` says how.
 */
export class Exchange implements Dispatcher.DispatchHandler, HttpResponse {
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  readonly #request: HttpRequest;
  readonly #mayLeave: MayLeave | undefined;
  readonly #timeoutMs: number;
  readonly #head = Promise.withResolvers<HttpResponse>();
  #state: 'asking' | 'open' | 'ended' | 'failed' = 'asking';
  #failure: Error | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #pieces: Buffer[] = [];
  /** Of all pieces that came. */
  #length = 0;
  #maxBytes = Number.POSITIVE_INFINITY;
  #taken = false;
  /** Wakes whoever waits for the end. */
  #wake: (() => void) | undefined;
  #waitsForEnd = false;
  #into: Into | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #timedOut = false;

  constructor(request: HttpRequest, mayLeave?: MayLeave) {
    this.#request = request;
    this.#mayLeave = mayLeave;
    this.#timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  begin(dispatch: () => void): Promise<HttpResponse> {
    this.#request.signal?.addEventListener('abort', this, { once: true });
    this.#allow(this.#timeoutMs);
    try {
      dispatch();
    } catch (error) {
      this.#fail(error);
    }
    return this.#head.promise;
  }

  // What undici tells.

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection.
    if (this.#state === 'failed') controller.abort(GIVEN_UP);
    else if (this.#request.signal && this.#mayLeave?.(this.#request.signal) === false)
      this.#giveUp(heldBack(this.#what));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    if (status < 200 || this.#state !== 'asking') return;
    // The same once more, as pieces of the packet they came in: a stream that lasts would hold it.
    controller.rawHeaders = null;
    this.status = status;
    this.headers = plainHeaders(headers);
    this.#state = 'open';
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#head.resolve(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.#state !== 'open') return;
    this.#length += piece.length;
    if (this.#length > this.#maxBytes) return this.#giveUp(tooLarge(this.#request));
    if (this.#into) return this.#into(piece);
    this.#pieces.push(piece);
    if (!this.#waitsForEnd && this.#length > MAX_AHEAD_BYTES) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#unwatch();
    this.#rouse();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  // What the caller asks for.

  async bytes(): Promise<Buffer> {
    this.#take(this.#request.maxBytes ?? DEFAULT_MAX_BYTES);
    this.#waitsForEnd = true;
    if (this.#state === 'open') {
      this.#allow(this.#timeoutMs);
      this.#controller?.resume();
      await this.#news();
    }
    if (this.#failure) throw this.#failure;
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, this.#length);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString('utf8');
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }

  async pour(into: Into): Promise<void> {
    this.#take(this.#request.maxBytes ?? Number.POSITIVE_INFINITY);
    const idleMs = this.#request.idleTimeoutMs ?? this.#timeoutMs;
    this.#allow(idleMs);
    // What comes of a piece belongs to whoever asked, not to whoever opened the connection.
    const asker = new AsyncResource('Exchange');
    this.#into = (piece) => {
      if (idleMs > 0) this.#allow(idleMs);
      try {
        asker.runInAsyncScope(into, undefined, piece);
      } catch (error) {
        this.#into = undefined;
        this.#end(error as Error);
        this.#controller?.abort(GIVEN_UP);
      }
    };
    this.#pourAhead();
    this.#controller?.resume();
    if (this.#state === 'open') await this.#news();
    this.#into = undefined;
    if (this.#failure) throw this.#failure;
  }

  /** What came before anybody asked. Not within `pour`, which would hold it for as long as it waits for the rest. */
  #pourAhead(): void {
    const ahead = this.#pieces;
    this.#pieces = [];
    for (const piece of ahead) this.#into?.(piece);
  }

  discard(): void {
    if (this.#taken) return;
    this.#take(Number.POSITIVE_INFINITY);
    this.#drop();
  }

  #take(maxBytes: number): void {
    if (this.#taken) throw new HttpError('broken', 'the body has been read before');
    this.#taken = true;
    this.#maxBytes = maxBytes;
    const announced = Number(this.headers['content-length'] ?? 0);
    if (this.#failure || Math.max(announced, this.#length) <= maxBytes) return;
    this.#pieces = [];
    const error = tooLarge(this.#request);
    if (this.#state === 'open') this.#giveUp(error);
    else this.#failure = error;
  }

  // Its ends.

  /** The caller's signal. */
  handleEvent(): void {
    this.#giveUp(GIVEN_UP);
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #drop(): void {
    this.#pieces = [];
    if (this.#state === 'open') this.#giveUp(GIVEN_UP);
  }

  #giveUp(error: Error): void {
    this.#fail(error);
    this.#controller?.abort(GIVEN_UP);
  }

  #fail(error: unknown): void {
    if (this.#state === 'failed' || this.#state === 'ended') return;
    this.#end(this.explain(error));
  }

  #end(failure: Error): void {
    const asking = this.#state === 'asking';
    this.#state = 'failed';
    this.#failure = failure;
    this.#unwatch();
    if (asking) this.#head.reject(failure);
    else this.#rouse();
  }

  explain(error: unknown): HttpError {
    if (error instanceof HttpError) return error;
    const what = this.#what;
    if (this.#timedOut) return new HttpError('timeout', `${what}: no answer in time`, { cause: error });
    if (this.#request.signal?.aborted) return new HttpError('aborted', `${what}: given up`, { cause: error });
    return brokenBy(error, what);
  }

  get #what(): string {
    return `${this.#request.method} ${withoutQuery(this.#request.url)}`;
  }

  /** How long nothing may come from now on. One timer serves the whole exchange: it looks anew when it was put off. */
  #allow(ms: number): void {
    this.#deadline = ms > 0 ? performance.now() + ms : Number.POSITIVE_INFINITY;
    if (this.#deadline < this.#timerAt) this.#setTimer(ms);
    else if (ms === 0) this.#dropTimer();
  }

  /** An answer that grows for minutes would hold it, for nothing. */
  #dropTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #setTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = this.#deadline;
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (this.#deadline === Number.POSITIVE_INFINITY) return;
    const left = this.#deadline - performance.now();
    // Timers come up to a millisecond early.
    if (left >= 1) return this.#setTimer(left);
    this.#timedOut = true;
    this.#giveUp(GIVEN_UP);
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this);
  }
}

function tooLarge(request: HttpRequest): HttpError {
  return new HttpError('too-large', `${request.method} ${withoutQuery(request.url)}: the answer is too large`);
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}
