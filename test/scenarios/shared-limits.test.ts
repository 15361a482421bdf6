import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { AGENT_KEY } from '../chaos/answers.ts';
import { type Bed, makeBed } from '../chaos/bed.ts';
import { WORKERS } from '../chaos/plan.ts';
import { describeWith } from '../support/requirements.ts';

const AT_ONCE = 4;
const ASKERS = 24;
const ANSWERED_WITHIN_MS = 90_000;
const PER_CHAT = 5;
/** What a call's way may take on a machine that does much else. Workers that do not share call far closer together than this excuses. */
const WAY_MS = 500;
/** What the vendor says to whoever calls too often: for a chat, and for an API. */
const TOO_OFTEN = /(230020|99991400)$/;

describeWith('PostgreSQL', 'limits over three workers', (postgres) => {
  describeWith('Redis', 'that share them by Redis', (redis) => {
    let bed: Bed | undefined;
    let monitor: Socket | undefined;
    afterEach(async ({ task }) => {
      monitor?.destroy();
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
      Object.assign(feishu.limits, { perChatPerSecond: PER_CHAT, wayMs: WAY_MS });
      const counted = await followCounts(bed.redis.url);
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
      // The vendor sees when calls come, which is when they left and what their ways took; when they left is exact.
      expect([...feishu.record.calls.keys()].filter((call) => TOO_OFTEN.test(call))).toEqual([]);
      expect(counted.length).toBeGreaterThanOrEqual(ASKERS);
      expect(closest(counted)).toBeGreaterThanOrEqual(1_000);
    });

    /** When each message to a chat was let through, by the clock of Redis, which is that of all three workers. */
    async function followCounts(url: string): Promise<readonly number[]> {
      const times: number[] = [];
      const { hostname, port } = new URL(url);
      monitor = connect(Number(port), hostname);
      const lines = createInterface(monitor);
      lines.on('line', (line) => {
        const at = /"ZADD" "[^"]*:chat [^"]*" "(\d+)"/i.exec(line)?.[1];
        if (at !== undefined) times.push(Number(at));
      });
      const answered = once(lines, 'line');
      monitor.write('MONITOR\r\n');
      await answered;
      return times;
    }

    /** The shortest time in which one more was let through than a second allows. */
    const closest = (times: readonly number[]): number =>
      Math.min(...times.slice(PER_CHAT).map((at, index) => at - (times[index] ?? 0)));

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
