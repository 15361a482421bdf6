import { describe, expect, it } from 'vitest';
import { cardSignature, robotSignature, verifySignature } from './crypto.ts';

const AT = '1767225600000';

describe('a signature', () => {
  it('of a robot’s delivery is an HMAC over its time and the secret', () => {
    const signature = robotSignature(AT, 'sim-app-secret-not-real').toString('base64');
    expect(signature).toBe('g20xMRV/RRdpHU/jr4HGWg/kGDCsVQMfpCStaEpe5jM=');
  });

  it('of a group robot is made the same way', () => {
    const secret = 'SECsimulator0000000000000000000000000000000000000000000000000001';
    expect(robotSignature(AT, secret).toString('base64')).toBe('n8ud1mtosM9nrqa7nfIqyk/D+kU6lZUuhDEeIjNYZ2U=');
  });

  it('of a pressed card is an HMAC over its time alone', () => {
    const signature = cardSignature(AT, 'sim-card-api-secret').toString('base64');
    expect(signature).toBe('a5IJEe3spdlCSrWj0J2ogzUNY6m3Vu09K4jhA0UmMkc=');
  });

  it('fits itself and nothing else', () => {
    const expected = robotSignature(AT, 's');
    expect(verifySignature(expected.toString('base64'), expected)).toBe(true);
    expect(verifySignature(robotSignature(AT, 't').toString('base64'), expected)).toBe(false);
    expect(verifySignature('', expected)).toBe(false);
    expect(verifySignature('no base64 at all!', expected)).toBe(false);
  });
});
