import { describe, expect, it } from 'vitest';
import { isKept } from './conduct.ts';

describe('the end of a transaction', () => {
  const event = { box: 'inbox', event: {}, alone: true };
  const message = { box: 'outbox', message: {} };

  it('is not waited for on the disk where events were claimed, or nothing', () => {
    for (const values of [[event], [undefined], [event, undefined, event]]) {
      expect(isKept('lane.claim', values)).toBe(false);
    }
  });

  it('is waited for where a message was claimed, which leaves next, and after everything else', () => {
    expect(isKept('lane.claim', [event, message])).toBe(true);
    expect(isKept('inbox.accept', [[]])).toBe(true);
    expect(isKept('turns.begin', [{ kind: 'begun' }])).toBe(true);
  });
});
