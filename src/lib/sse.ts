/** An event grew beyond what we hold; nothing more can be read from this stream. */
export class SseTooLargeError extends Error {
  constructor(maxEventBytes: number) {
    super(`a server-sent event is longer than ${maxEventBytes} bytes`);
    this.name = 'SseTooLargeError';
  }
}

const MAX_EVENT_BYTES = 32 * 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Turns the bytes of an event stream into events, wherever they are cut.
 *
 * One of these lives as long as an answer grows, so it holds nothing but the bytes of a line that has no end yet: mostly none, for servers send
 * whole events.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class SseReader {
  readonly #onEvent: (data: string, name: string | undefined) => void;
  readonly #maxEventBytes: number;
  /** The line that has no end yet. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #data: string | undefined;
  #name = '';
  #begun = false;
  /** The text so far ends with a CR: an LF that comes next belongs to it. */
  #afterCr = false;
  #overflow = false;

  /**
   * @param onEvent - Called for every event that has data, in order, from within `feed`; `name` is its `event:` line.
   * @param maxEventBytes - Longest event that is held in memory; default 32 MiB.
   */
  constructor(onEvent: (data: string, name: string | undefined) => void, maxEventBytes = MAX_EVENT_BYTES) {
    this.#onEvent = onEvent;
    this.#maxEventBytes = maxEventBytes;
  }

  /** @throws {SseTooLargeError} and whatever `onEvent` throws. */
  feed(bytes: Uint8Array): void {
    this.#limit(bytes.length);
    // No byte of a longer character is one of these: what stands before them is whole.
    const cut = Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
    if (cut > 0) this.#lines(this.#withRest(bytes.subarray(0, cut)));
    if (cut < bytes.length) this.#keep(bytes.subarray(cut));
  }

  /** The stream is over: a last event that lacks its blank line is told too. */
  end(): void {
    this.feed(Buffer.from('\n\n'));
  }

  #limit(more: number): void {
    this.#overflow ||= this.#restBytes + (this.#data?.length ?? 0) + more > this.#maxEventBytes;
    if (this.#overflow) throw new SseTooLargeError(this.#maxEventBytes);
  }

  #keep(bytes: Uint8Array): void {
    this.#rest.push(bytes);
    this.#restBytes += bytes.length;
  }

  #withRest(bytes: Uint8Array): string {
    if (this.#restBytes === 0) return viewOf(bytes).toString('utf8');
    this.#keep(bytes);
    const whole = Buffer.concat(this.#rest, this.#restBytes);
    this.#rest = [];
    this.#restBytes = 0;
    return whole.toString('utf8');
  }

  /** @param text - Ends with the end of a line. */
  #lines(text: string): void {
    let at = this.#skipped(text);
    this.#afterCr = text.endsWith('\r');
    const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    for (let end = lines.indexOf('\n', at); end !== -1; end = lines.indexOf('\n', at)) {
      this.#line(lines.slice(at, end));
      at = end + 1;
    }
  }

  /** How many characters at the beginning say nothing. */
  #skipped(text: string): number {
    const isFirst = !this.#begun;
    this.#begun = true;
    return (isFirst && text.startsWith(BYTE_ORDER_MARK)) || (this.#afterCr && text.startsWith('\n')) ? 1 : 0;
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (field === 'event') this.#name = value;
  }

  #dispatch(): void {
    const data = this.#data;
    const name = this.#name;
    this.#data = undefined;
    this.#name = '';
    if (data !== undefined) this.#onEvent(data, name === '' ? undefined : name);
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
