import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';

/** An event grew beyond what we hold; nothing more can be read from this stream. */
export class SseTooLargeError extends Error {
  constructor(maxEventChars: number) {
    super(`a server-sent event is longer than ${maxEventChars} characters`);
    this.name = 'SseTooLargeError';
  }
}

/** Turns the bytes of an event stream into events, wherever they are cut. */
export interface SseReader {
  /** @throws {SseTooLargeError} and whatever `onEvent` throws. */
  feed(bytes: Uint8Array): void;
  /** The stream is over: a last event that lacks its blank line is told too. */
  end(): void;
}

const MAX_EVENT_CHARS = 32 * 1024 * 1024;

/**
 * Reads server-sent events.
 *
 * @param onEvent - Called for every event that has data, in order, from within `feed`; `name` is its `event:` line.
 * @param maxEventChars - Longest event that is held in memory; default 32 Mi characters.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function createSseReader(
  onEvent: (data: string, name: string | undefined) => void,
  maxEventChars = MAX_EVENT_CHARS,
): SseReader {
  // Keeps the first bytes of a character until the rest of it has come.
  const decoder = new StringDecoder('utf8');
  let overflow = false;
  const parser = createParser({
    maxBufferSize: maxEventChars,
    onEvent: (event) => onEvent(event.data, event.event),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') overflow = true;
    },
  });
  const feedText = (text: string): void => {
    if (overflow) throw new SseTooLargeError(maxEventChars);
    parser.feed(text);
    if (overflow) throw new SseTooLargeError(maxEventChars);
  };
  return {
    feed: (bytes) => feedText(decoder.write(bytes)),
    end: () => feedText(`${decoder.end()}\n\n`),
  };
}
