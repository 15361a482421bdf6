import { describe, expect, it } from 'vitest';
import { commitOf } from './conduct.ts';

describe('the end of a transaction', () => {
  const event = { box: 'inbox', event: {}, alone: true };
  const message = { box: 'outbox', message: {} };

  it('is not waited for on the disk where events were claimed, or nothing', () => {
    for (const values of [[event], [undefined], [event, undefined, event]]) {
      expect(commitOf('lane.claim', values)).toContain('synchronous_commit = off');
    }
  });

  it('is waited for where a message was claimed, which leaves next, and after everything else', () => {
    expect(commitOf('lane.claim', [event, message])).toBe('commit');
    expect(commitOf('inbox.accept', [[]])).toBe('commit');
    expect(commitOf('turns.begin', [{ kind: 'begun' }])).toBe('commit');
  });
});
