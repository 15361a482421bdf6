import { describe, expect, it } from 'vitest';
import { readPgError } from './failures.ts';

describe('a PostgreSQL that cannot be spoken to over TLS', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('is told apart by its certificate: %s', (code) => {
    expect(readPgError(Object.assign(new Error('a certificate'), { code }), 'db/posthouse')).toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(new RegExp(`${code}.*sslrootcert`)),
    });
  });

  it('is told apart by having none', () => {
    const error = new Error('The server does not support SSL connections');
    expect(readPgError(error, 'db/posthouse')).toMatchObject({ code: 'config_invalid' });
  });

  it('is away when nothing answers', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(readPgError(error, 'db/posthouse')).toMatchObject({ code: 'store_unavailable' });
  });
});
