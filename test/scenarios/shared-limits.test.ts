import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { AGENT_KEY } from '../chaos/answers.ts';
import { type Bed, makeBed } from '../chaos/bed.ts';
import { WORKERS } from '../chaos/plan.ts';
import { describeWith } from '../support/requirements.ts';

const AT_ONCE = 4;
const ASKERS = 24;
const ANSWERED_WITHIN_MS = 90_000;
/** What the vendor says to whoever calls too often: for a chat, and for an API. */
const TOO_OFTEN = /(230020|99991400)$/;

describeWith('PostgreSQL', 'limits over three workers', (postgres) => {
  describeWith('Redis', 'that share them by Redis', (redis) => {
    let bed: Bed | undefined;
    afterEach(async ({ task }) => {
      await bed?.close(task.result?.state === 'fail');
      if (task.result?.state === 'fail') console.log(`what the processes wrote: ${bed?.folder}`);
    });

    it('keep the agent’s and a chat’s limit as one would, and give back what a killed worker held', {
      timeout: 240_000,
    }, async () => {
      bed = await makeBed({
        programs: { postgres, redis },
        seed: 1,
        leaseSeconds: 5,
        network: false,
        kfAccounts: 1,
        env: { DIFY_MAX_CONCURRENT: String(AT_ONCE) },
        feishuLimits: '{}',
      });
      const { feishu, dify, people } = bed.simulator;
      feishu.rateLimits = true;
      dify?.tune({ scenario: 'normal', pace: { firstMs: 300, chunkMs: 60, chunks: 10 } });
      const names = Array.from({ length: ASKERS }, (_, index) => `asker-${index}`);
      for (const id of names) people.add({ id });
      const { chatId } = feishu.addGroup({ name: 'Everybody', people: names, bots: [feishu.app.id] });
      // Each member is a conversation of her own, so all three workers answer into the one chat.
      const asked = names.map((from, index) =>
        feishu.say({ from, chat: chatId, text: `@{bot} Question m${index + 1}x, please.` }),
      );
      await expect.poll(() => running().length, { timeout: 60_000, interval: 20 }).toBe(AT_ONCE);
      await bed.fleet.restart(WORKERS[0], 'kill', 0);
      const whole = () =>
        asked.filter(({ messageId }, index) =>
          feishu.record.answersTo(messageId).some(({ text }) => text.includes(`endm${index + 1}x`)),
        ).length;
      for (const until = Date.now() + ANSWERED_WITHIN_MS; whole() < ASKERS && Date.now() < until; ) await pause(100);
      expect(whole()).toBe(ASKERS);
      expect(mostAtOnce()).toBe(AT_ONCE);
      expect([...feishu.record.calls.keys()].filter((call) => TOO_OFTEN.test(call))).toEqual([]);
    });

    const runs = () => bed?.simulator.dify?.record.asked({ app: AGENT_KEY }) ?? [];
    const running = () => runs().filter(({ endedAt }) => endedAt === undefined);

    /** By the numbers of the stand-in's beginnings and ends, which no clock disturbs. */
    function mostAtOnce(): number {
      const steps = runs().flatMap(({ beganAs, endedAs }) => [
        { at: beganAs, by: 1 },
        ...(endedAs === undefined ? [] : [{ at: endedAs, by: -1 }]),
      ]);
      let active = 0;
      let most = 0;
      for (const { by } of steps.toSorted((one, other) => one.at - other.at)) {
        active += by;
        most = Math.max(most, active);
      }
      return most;
    }
  });
});
