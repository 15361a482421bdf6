import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { id, type TurnId } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/core/store.ts';
import type { Ground, StorePlace } from '../store.contract.ts';
import { FEISHU, message, NOON } from './samples.ts';

const ROUNDS = 4;

export function crashContract(ground: Ground): void {
  describe('a process that is killed while it works', () => {
    it('loses nothing that was acknowledged, and leaves nothing half done', { timeout: 60_000 }, async () => {
      const place = await ground.place();
      for (let round = 0; round < ROUNDS; round += 1) {
        const acknowledged = await killedAt(place, round, 50 + round * 150);
        expect(acknowledged.length).toBeGreaterThan(0);
        const store = await ground.open(place);
        await store.upkeep.open('after', NOON);
        for (const text of acknowledged) await expectWhole(store, text);
        await store.close();
      }
    });
  });
}

/** Runs the child until some time after its first word, kills it, and answers what it had acknowledged. */
async function killedAt(place: StorePlace, round: number, afterMs: number): Promise<readonly string[]> {
  const file = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = fork(file, [place.url, String(round)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const acknowledged: string[] = [];
  child.on('message', (text) => acknowledged.push(text as string));
  try {
    await Promise.race([once(child, 'message'), endsTooEarly(child)]);
    await sleep(afterMs);
  } finally {
    await kill(child);
  }
  return acknowledged;
}

async function endsTooEarly(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the child ended by itself with ${code}`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Turn over, event done and replies in the outbox: all of them or none. */
async function expectWhole(store: Store, text: string): Promise<void> {
  const [again] = await store.inbox.accept([message(text)], NOON);
  expect(again, text).toMatchObject({ duplicate: true });
  const turn: TurnId = id(`turn-${text}`);
  const ended = (await store.turns.get(turn))?.state === 'done';
  const lastFrame = await store.outbox.lastFrameOf(turn);
  expect(lastFrame?.part, text).toBe(ended ? 1 : undefined);
  expect((await store.inbox.cancel(FEISHU, id(text), NOON)) === 'over', text).toBe(ended);
}
