import { type DestinationStream, destination, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
type Fields = Readonly<Record<string, unknown>>;

/** Has the shape of the core's `Log`. */
export interface PinoLog {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** Writes out what is still buffered; to be called before the process ends. */
  flush(): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** `json` for machines (a line each), `text` for somebody who watches. */
  readonly format: 'json' | 'text';
  /** Where the lines go; standard output when absent. */
  readonly to?: { write(line: string): unknown };
  /** Whether `text` marks levels by colour: for a terminal, never for a file. */
  readonly colors?: boolean;
  /** Every text goes through this first: an id of a vendor's, or what a server answered, may hold what a log must not. */
  readonly scrub?: (text: string) => string;
}

/** How many causes of an error are followed: enough for ours, the library's and the system's. */
const MAX_CAUSES = 4;

/** Makes a log on pino: one line an event, `{ time, level, event, …fields }`. */
export function createLog(options: LogOptions): PinoLog {
  const buffer = options.to === undefined ? destination({ dest: 1, sync: false }) : undefined;
  const sink = options.to ?? { write: (line: string) => buffer?.write(line) };
  const stream: DestinationStream =
    options.format === 'json' ? toLines(sink) : toText(sink, options.colors === true ? COLORS : {});
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const { scrub } = options;
  const ready = (fields: Fields | undefined): object =>
    (scrub ? scrubbed(plain(fields), scrub) : plain(fields)) as object;
  return {
    debug: (event, fields) => logger.debug(ready(fields), event),
    info: (event, fields) => logger.info(ready(fields), event),
    warn: (event, fields) => logger.warn(ready(fields), event),
    error: (event, fields) => logger.error(ready(fields), event),
    flush: () => buffer?.flushSync(),
  };
}

function toLines(sink: { write(line: string): unknown }): DestinationStream {
  return { write: (line) => void sink.write(line) };
}

function plain(fields: Fields | undefined): object {
  if (fields === undefined || fields['error'] === undefined) return fields ?? {};
  return { ...fields, error: describeError(fields['error']) };
}

/** A copy with every text in it made fit; what is no plain data is left to the logger. */
function scrubbed(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((part) => scrubbed(part, scrub));
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, scrubbed(part, scrub)]));
}

export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  /** Only where nobody foresaw the error: the place in the code is then all one has. */
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
}

/** What the log says of anything thrown. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, message: 'something that is no Error was thrown' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const cause = error.cause === undefined || depth >= MAX_CAUSES ? undefined : describeError(error.cause, depth + 1);
  const foreseen = code !== undefined && code !== 'internal';
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: messageOf(error),
    ...(foreseen ? {} : { stack: stackOf(error) }),
    ...(cause === undefined ? {} : { cause }),
  };
}

// JSON.parse quotes a piece of what it could not read, and that may be what somebody wrote.
function messageOf(error: Error): string {
  return error instanceof SyntaxError ? 'something could not be parsed' : error.message;
}

// The first lines repeat the message; only the places are kept.
function stackOf(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at ')).slice(0, 8);
}

const COLORS: Readonly<Record<string, string>> = { debug: '\u001B[90m', warn: '\u001B[33m', error: '\u001B[31m' };

/** Lines for eyes: `12:03:04.120 info  reply sent  turn=t_1 ms=12`. */
function toText(sink: { write(line: string): unknown }, colors: Readonly<Record<string, string>>): DestinationStream {
  return {
    write(line) {
      const { time, level, event, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const color = colors[String(level)] ?? '';
      const clock = String(time).slice(11, 23);
      const rest = Object.entries(fields).map(([name, value]) => `${name}=${textOf(value)}`);
      const reset = color === '' ? '' : '\u001B[0m';
      sink.write(`${clock} ${color}${String(level).padEnd(5)} ${String(event)}${reset}  ${rest.join(' ')}\n`);
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
}
