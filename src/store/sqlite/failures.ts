import { type FailureCode, GatewayError, toGatewayError } from '../../core/errors.ts';

/** A failure on its way between the threads. */
export interface WireFailure {
  readonly code: FailureCode;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
  /** Where in the thread it began, for the log: the name of what was thrown and its frames, not its words. */
  readonly origin?: string;
}

/** SQLite's primary result codes that say something of the file and not of one statement. @see https://sqlite.org/rescode.html */
const FILE_TROUBLE: Readonly<Record<number, { readonly what: string; readonly lasting: boolean }>> = {
  5: { what: 'is locked by another program', lasting: false },
  6: { what: 'is locked', lasting: false },
  7: { what: 'found no memory', lasting: true },
  8: { what: 'may only be read', lasting: false },
  10: { what: 'could not be read or written', lasting: true },
  11: { what: 'is damaged', lasting: true },
  13: { what: 'cannot grow: the disk is full', lasting: false },
  14: { what: 'cannot be opened', lasting: true },
  26: { what: 'is not a database', lasting: true },
};

/** Trouble with the file: the whole transaction is gone. */
export class FileTrouble extends GatewayError {
  /** After this nothing that the store says can be relied on; it stops. */
  readonly lasting: boolean;

  constructor(file: string, what: string, lasting: boolean, cause: unknown) {
    super('store_unavailable', `the store ${file} ${what}`, { cause });
    this.lasting = lasting;
  }
}

/** What SQLite threw, as one of ours; anything else stays what it is. */
export function readSqliteError(error: unknown, file: string): GatewayError {
  const number = primaryCode(error);
  if (number === undefined) return toGatewayError(error);
  const trouble = FILE_TROUBLE[number];
  if (trouble) return new FileTrouble(file, trouble.what, trouble.lasting, error);
  // SQLite's sentences name tables and columns, never values.
  return new GatewayError('internal', `a statement of the store failed: ${messageOf(error)}`, { cause: error });
}

/** True when somebody else has the file. */
export function isBusy(error: unknown): boolean {
  const number = primaryCode(error);
  return number === 5 || number === 6;
}

export function toWire(error: GatewayError): WireFailure {
  const { code, message, details, cause } = error;
  // What is wrong with the file is said already; where that came out tells nobody more.
  const isSaid = error instanceof FileTrouble || !(cause instanceof Error);
  return { code, message, details, ...(!isSaid && { origin: originOf(cause) }) };
}

export function fromWire({ code, message, details, origin }: WireFailure): GatewayError {
  if (origin === undefined) return new GatewayError(code, message, { details });
  const cause = new Error(origin.split('\n', 1)[0]);
  cause.stack = origin;
  return new GatewayError(code, message, { details, cause });
}

function originOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name} in the store's thread`, ...frames].join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
