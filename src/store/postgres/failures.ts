import { GatewayError, toGatewayError, WordedError } from '../../core/errors.ts';
import type { InLanguages } from '../../core/lang.ts';

/** What a failed statement means to whoever asked. */
export type Trouble =
  /** The transaction has not happened, and may at once: it stood in another's way. */
  | { readonly kind: 'again' }
  /** The connection, the server, or the server's patience is gone. */
  | { readonly kind: 'away'; readonly what: string }
  /** The server is there and will not have us: the operator has to change something. */
  | { readonly kind: 'refused'; readonly what: InLanguages }
  /** A mistake of ours. */
  | { readonly kind: 'mistake'; readonly what: string };

/** By SQLSTATE or its class. @see https://www.postgresql.org/docs/15/errcodes-appendix.html */
const STATES: readonly (readonly [prefix: string, trouble: Trouble])[] = [
  ['40001', { kind: 'again' }],
  ['40P01', { kind: 'again' }],
  ['28', refused('不接受这个用户名或密码', 'it does not take this user or password')],
  ['3D000', refused('没有这个数据库，请先创建', 'it has no such database; create it first')],
  ['42501', refused('该用户缺少表或模式的权限', 'this user lacks a right on the tables or the schema')],
  ['25006', { kind: 'away', what: 'it may only be read' }],
  ['25P03', { kind: 'away', what: 'it has ended a transaction that we left open' }],
  ['55P03', { kind: 'away', what: 'a lock was not given in time' }],
  ['57014', { kind: 'away', what: 'a statement took too long' }],
  ['57P', { kind: 'away', what: 'it is shutting down or starting' }],
  ['53', { kind: 'away', what: 'it has no room, memory or connections left' }],
  ['58', { kind: 'away', what: 'its system has failed' }],
  ['08', { kind: 'away', what: 'the connection broke off' }],
];

/** What the driver says without a code of its own when a connection ends or does not come about. */
const CONNECTION_WORDS =
  /connection (terminated|ended|timeout)|timeout exceeded|read timeout|not queryable|client has encountered/i;

/** What Node says of a certificate that it does not take (`DEPTH_ZERO_SELF_SIGNED_CERT`, `ERR_TLS_CERT_ALTNAME_INVALID`). */
const CERTIFICATE_CODE = /(?:^|_)CERT(?:_|$)|^UNABLE_TO_(?:GET|VERIFY)_/;

function refused(zh: string, en: string): Trouble {
  return { kind: 'refused', what: { zh, en } };
}

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Error)) return { kind: 'mistake', what: `a ${typeof error} was thrown` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The system's own codes may look like the server's: EPIPE has five capital letters too.
  if (isOfServer(error)) {
    const known = STATES.find(([prefix]) => code.startsWith(prefix));
    // Never the server's own sentence: it may quote a value.
    return known?.[1] ?? { kind: 'mistake', what: `${code} in ${placeOf(error)}` };
  }
  if (CERTIFICATE_CODE.test(code)) {
    return refused(
      `证书不受信任（${code}），请用 sslrootcert 指明签发机构`,
      `its certificate is not trusted (${code}); name its authority with sslrootcert`,
    );
  }
  if (/does not support SSL/i.test(error.message))
    return refused('不支持 TLS，而 sslmode 要求使用', 'it takes no TLS, yet sslmode asks for it');
  if (code.startsWith('E') || CONNECTION_WORDS.test(error.message)) {
    return { kind: 'away', what: code === '' ? 'the connection broke off' : `no connection (${code})` };
  }
  return { kind: 'mistake', what: error.name };
}

/** What was thrown in an operation, as one of ours; `where` names the server without its password. */
export function readPgError(error: unknown, where: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const trouble = troubleOf(error);
  switch (trouble.kind) {
    case 'again':
      return unavailable(where, 'transactions stood in each other’s way too often', error);
    case 'away':
      return unavailable(where, trouble.what, error);
    case 'refused':
      return new WordedError(
        'config_invalid',
        {
          zh: `存储 ${where} 不能使用：${trouble.what.zh}`,
          en: `the store ${where} cannot be used: ${trouble.what.en}`,
        },
        { cause: withoutWords(error) },
      );
    case 'mistake':
      if (!isOfServer(error)) return toGatewayError(error);
      return new GatewayError('internal', `a statement of the store failed: ${trouble.what}`, {
        cause: withoutWords(error),
      });
  }
}

export function unavailable(where: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError('store_unavailable', `the store ${where} cannot be used: ${why}`, {
    details: { server: where },
    ...(cause !== undefined && { cause: withoutWords(cause) }),
  });
}

function isOfServer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error;
}

/** Table, column and constraint, where the server names them. */
function placeOf(error: object): string {
  const names = ['table', 'column', 'constraint', 'routine'].flatMap((name) => {
    const value = (error as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? [value] : [];
  });
  return names.join(' ') || 'an unnamed place';
}

/** For the log: where it was thrown and its code, without a sentence that may quote what somebody wrote. */
function withoutWords(error: unknown): Error {
  const bare = new Error('an error of the database');
  if (!(error instanceof Error)) return bare;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // With a code it was foreseen, and the log leaves its frames out.
  if (code !== undefined) Object.assign(bare, { code });
  bare.message = `${error.name} (${code ?? 'no code'})`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  bare.stack = [bare.message, ...frames].join('\n');
  return bare;
}
