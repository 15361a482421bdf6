import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type Bed, makeBed } from '../chaos/bed.ts';
import { WORKERS } from '../chaos/plan.ts';
import { describeWith } from '../support/requirements.ts';

const ASKERS = 12;
/** Far longer than the tests take: what comes back sooner was given back, not waited for. */
const LEASE_SECONDS = 120;
const ANSWERED_WITHIN_MS = 60_000;

describeWith('PostgreSQL', 'a worker that is told to stop', (postgres) => {
  describeWith('Redis', 'while it answers', (redis) => {
    let bed: Bed | undefined;
    afterEach(async ({ task }) => {
      await bed?.close(task.result?.state === 'fail');
      if (task.result?.state === 'fail') console.log(`what the processes wrote: ${bed?.folder}`);
    });

    async function open(drainSeconds: number, answerMs: number): Promise<Bed> {
      bed = await makeBed({
        programs: { postgres, redis },
        seed: 1,
        leaseSeconds: LEASE_SECONDS,
        network: false,
        kfAccounts: 1,
        env: { WORK_DRAIN_SECONDS: String(drainSeconds) },
      });
      bed.simulator.dify?.tune({ scenario: 'normal', pace: { firstMs: 500, chunkMs: answerMs / 10, chunks: 10 } });
      return bed;
    }

    function ask({ simulator }: Bed): readonly string[] {
      const { feishu, people } = simulator;
      return Array.from({ length: ASKERS }, (_, index) => {
        const from = `asker-${index}`;
        people.add({ id: from });
        return feishu.say({ from, chat: feishu.directChat(from), text: `Question m${index + 1}x, please.` }).messageId;
      });
    }

    const questions = () => bed?.simulator.dify?.record.asked().length ?? 0;
    const whole = (asked: readonly string[]) =>
      asked.filter((message, index) =>
        bed?.simulator.feishu.record.answersTo(message).some(({ text }) => text.includes(`endm${index + 1}x`)),
      ).length;

    async function untilWhole(asked: readonly string[]): Promise<void> {
      for (const until = Date.now() + ANSWERED_WITHIN_MS; whole(asked) < ASKERS && Date.now() < until; )
        await pause(50);
      expect(whole(asked)).toBe(ASKERS);
      for (const message of asked) expect(bed?.simulator.feishu.record.answersTo(message)).toHaveLength(1);
    }

    it('takes nothing new, lets each answer come to its end, and ends in good order', {
      timeout: 180_000,
    }, async () => {
      const { fleet, ...rest } = await open(30, 3_000);
      const asked = ask({ fleet, ...rest });
      await expect.poll(questions, { timeout: 60_000, interval: 20 }).toBe(ASKERS);
      // All three in one go: whatever runs anywhere is in somebody's drain.
      const ended = await Promise.all(WORKERS.map((name) => fleet.restart(name, 'stop', 0)));
      expect(ended).toEqual(WORKERS.map(() => 0));
      expect(whole(asked)).toBe(ASKERS);
      await untilWhole(asked);
      expect(questions()).toBe(ASKERS);
    });

    it('gives back what takes longer, at once and not when its lease ends', { timeout: 180_000 }, async () => {
      const { fleet, ...rest } = await open(1, 8_000);
      const asked = ask({ fleet, ...rest });
      await expect.poll(questions, { timeout: 60_000, interval: 20 }).toBe(ASKERS);
      const ended = await Promise.all(WORKERS.map((name) => fleet.restart(name, 'stop', 0)));
      expect(ended).toEqual(WORKERS.map(() => 0));
      await untilWhole(asked);
    });
  });
});
