import { afterEach, describe, expect, it } from 'vitest';
import type { Lease } from '../core/store.ts';
import { systemClock } from '../lib/clock.ts';
import { mayLeave } from '../lib/last-look.ts';
import { createLeases, type Leases } from './leases.ts';

const LEASE_MS = 60;

let leases: Leases | undefined;
afterEach(() => leases?.stop());

/** Leases by a clock that a test moves on, and a store that answers when it is told to. */
function setUp() {
  let now = 1_000;
  const asked: { readonly lease: Lease; confirm(): void; refuse(error: Error): void }[] = [];
  const made = createLeases('worker', LEASE_MS, { ...systemClock, now: () => now });
  leases = made;
  const { signal } = new AbortController();
  const held = made.keep(
    made.next(),
    (lease) =>
      new Promise((resolve, reject) => {
        asked.push({ lease, confirm: resolve, refuse: reject });
      }),
    signal,
  );
  return {
    held,
    asked,
    signal,
    passes: (ms: number) => {
      now += ms;
    },
  };
}

describe('a lease', () => {
  it('is sure for as long as the store has confirmed it', async () => {
    const { held, asked, passes } = setUp();
    expect(held.isSure).toBe(true);
    passes(30);
    await expect.poll(() => asked.length).toBe(1);
    asked[0]?.confirm();
    passes(40);
    await expect.poll(() => held.isSure).toBe(true);
    passes(20);
    expect(held.isSure).toBe(false);
  });

  it('is not sure of a process that was stopped for longer, until the store has answered', async () => {
    const { held, asked, passes, signal } = setUp();
    expect(mayLeave(signal)).toBe(true);
    passes(10 * LEASE_MS);
    expect(held.isSure).toBe(false);
    await expect.poll(() => asked.length).toBe(1);
    // Asked for is not given.
    expect([held.isSure, held.lost.aborted]).toEqual([false, false]);
    expect(mayLeave(signal)).toBe(false);
    asked[0]?.confirm();
    await expect.poll(() => held.isSure).toBe(true);
    expect(mayLeave(signal)).toBe(true);
  });

  it('is lost when the store refuses to prolong it', async () => {
    const { held, asked, passes } = setUp();
    passes(10 * LEASE_MS);
    await expect.poll(() => asked.length).toBe(1);
    asked[0]?.refuse(new Error('lease_lost'));
    await expect.poll(() => held.lost.aborted).toBe(true);
    expect(held.isSure).toBe(false);
  });
});
