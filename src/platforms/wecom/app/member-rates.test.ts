import { describe, expect, it } from 'vitest';
import { MemberRates } from './member-rates.ts';

const PER_MINUTE = 3;

/** Time stands still but for `moveOn`. */
function rates() {
  let now = 1_000_000;
  const clock = { now: () => now, sleep: () => Promise.reject(new Error('nothing waits in this test')) };
  const members = new MemberRates({ perMemberPerMinute: PER_MINUTE, perMemberPerHour: 1_000 }, { clock });
  const call = { priority: 'final', signal: new AbortController().signal } as const;
  return {
    take: (...names: readonly string[]) => members.take(names, call),
    moveOn: (ms: number) => void (now += ms),
  };
}

describe('what members may still be sent', () => {
  it('is spent by a message to many for all of them or for none', async () => {
    const { take } = rates();
    for (let sent = 0; sent < PER_MINUTE; sent += 1) await take('full');
    for (let attempt = 0; attempt < PER_MINUTE + 1; attempt += 1)
      await expect(take('lin', 'full', 'chen')).rejects.toMatchObject({ code: 'platform_throttled' });
    for (let sent = 0; sent < PER_MINUTE; sent += 1) await take('lin', 'chen');
    await expect(take('chen')).rejects.toMatchObject({ code: 'platform_throttled' });
  });

  it('is asked for again when the last of many has room', async () => {
    const { take, moveOn } = rates();
    for (let sent = 0; sent < PER_MINUTE; sent += 1) await take('early');
    moveOn(30_000);
    for (let sent = 0; sent < PER_MINUTE; sent += 1) await take('late');
    const retryAfterMs = await take('late', 'early').catch((error: { retryAfterMs?: number }) => error.retryAfterMs);
    expect(retryAfterMs).toBeGreaterThanOrEqual(60_000);
    moveOn(retryAfterMs ?? 0);
    await take('late', 'early');
  });

  it('is spent once for a member who is named twice, in whatever letters', async () => {
    const { take } = rates();
    for (let sent = 0; sent < PER_MINUTE; sent += 1) await take('Lin', 'lin');
    await expect(take('LIN')).rejects.toMatchObject({ code: 'platform_throttled' });
  });
});
