import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type DingtalkGateway, startDingtalkGateway } from '../support/dingtalk-gateway.ts';
import { fastClock } from '../support/fast-clock.ts';
import { seededRandom } from '../support/random.ts';

const SPEED = 100;
const MINUTES = 30;
const PEOPLE = ['lin', 'chen', 'wang'] as const;

let gateway: DingtalkGateway;
afterEach(() => gateway.close());

describe('half an hour on a bad line', () => {
  it('loses no question, asks none twice, and opens a bounded number of connections', {
    timeout: 120_000,
  }, async () => {
    const clock = fastClock(SPEED);
    const random = seededRandom(7);
    gateway = await startDingtalkGateway({ clock, dingtalk: { apps: [{}], rules: { offline: 'redeliver' } } });
    const { dingtalk } = gateway.sim;
    // Every tenth time what was stored is not acknowledged: the vendor has to bring it again.
    gateway.around = async (_, accept) => {
      const ack = await accept();
      if (random.chance(0.1)) throw new GatewayError('store_unavailable', 'the acknowledgement is lost');
      return ack;
    };

    const asked: string[] = [];
    let ends = 0;
    const endAt = clock.now() + MINUTES * 60_000;
    while (clock.now() < endAt) {
      const from = PEOPLE[random.between(0, PEOPLE.length - 1)] ?? 'lin';
      asked.push(dingtalk.say({ from, text: `question ${asked.length}` }).messageId);
      await clock.sleep(random.between(5_000, 25_000));
      if (random.chance(0.3)) {
        ends += 1;
        if (random.chance(0.5)) dingtalk.stream.disconnect(gateway.app.id);
        else dingtalk.stream.drop(gateway.app.id);
      }
    }

    await untilTrue(() => gateway.agent.asked.length >= asked.length && dingtalk.pendingDeliveries === 0);
    await gateway.quiet();
    const questions = gateway.agent.asked.map(({ text }) => text);
    expect(asked.length).toBeGreaterThan(60);
    expect(new Set(questions).size).toBe(asked.length);
    expect(questions).toHaveLength(asked.length);
    const answers = dingtalk.record.answers();
    expect(answers).toHaveLength(asked.length);
    expect(answers.every((answer) => answer.isSettled)).toBe(true);
    const opened = dingtalk.stream.opens.filter(({ step }) => step === 'connected');
    expect(opened.length).toBeLessThanOrEqual(ends + 1);
    const tickets = dingtalk.stream.opens.filter(({ step }) => step === 'ticket');
    expect(tickets.length).toBeLessThanOrEqual(2 * (ends + 1));
  });
});

async function untilTrue(look: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !look() && Date.now() < end; ) await systemClock.sleep(10);
}
