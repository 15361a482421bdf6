import { afterEach, describe, expect, it } from 'vitest';
import { message, startGateway, type TestGateway } from '../support/gateway.ts';

/** More than a channel's final frames may be on their way at once. */
const ANSWERS = 80;
const PLACES = 64;

let gateway: TestGateway;
afterEach(() => gateway.close());

/** A gateway whose platform lets no call come to its end until it is told to. */
async function holding() {
  gateway = await startGateway();
  const calls: (() => void)[] = [];
  let isHeld = true;
  gateway.platform.before = () => (isHeld ? new Promise<void>((resolve) => calls.push(resolve)) : undefined);
  return {
    calls,
    release() {
      isHeld = false;
      for (const go of calls) go();
    },
  };
}

async function askMany(): Promise<void> {
  await Promise.all(
    Array.from({ length: ANSWERS }, (_, index) => gateway.deliver(message(`hello ${index}`, { account: `a${index}` }))),
  );
}

/** Until each answer's end is stored, and what can be is on its way. */
async function allEnded(): Promise<void> {
  const waiting = async () => {
    const { inboxWaiting, inboxClaimed } = await gateway.store.upkeep.depth();
    return inboxWaiting + inboxClaimed;
  };
  await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
}

describe('answers that end together', () => {
  it('are not all written out at once, and all arrive', async () => {
    const { calls, release } = await holding();
    await askMany();
    await allEnded();
    expect(calls).toHaveLength(PLACES);
    release();
    await gateway.quiet();
    expect(new Set(gateway.platform.texts).size).toBe(ANSWERS);
    expect(gateway.platform.messages).toHaveLength(ANSWERS);
  });

  it('are not in doubt where the gateway stops while they wait', async () => {
    const { release } = await holding();
    await askMany();
    await allEnded();
    gateway.platform.can = { ...gateway.platform.can, sendKeyWindowMs: 0 };
    const stopped = gateway.pipeline.stop(0);
    // Until the lanes have been told.
    await new Promise((resolve) => setTimeout(resolve, 200));
    release();
    await stopped;
    await gateway.crash();
    await gateway.quiet();
    const marked = gateway.platform.messages.filter(({ looks }) =>
      JSON.stringify(looks.at(-1)).includes('may be a repeat'),
    );
    expect(gateway.platform.messages).toHaveLength(ANSWERS);
    expect(marked).toHaveLength(PLACES);
  });
});
