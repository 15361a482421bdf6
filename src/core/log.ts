/**
 * What stands beside an event in the log: ids, durations, counts, codes. Never what somebody wrote, a token or a raw body.
 * `error` may hold anything thrown; it is reduced to its code, its message and its causes.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** The log: events with fields, `reply sent { turn, channel, ms }`. The event's name never holds a value. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** For tests and for parts that are used alone. */
export const noLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}
