import { describe, expect, it } from 'vitest';
import { type ChannelName, type ChatId, id, type Lane, type MessageId, type TurnId } from '../core/ids.ts';
import type { Frame } from '../core/reply.ts';
import { localFleet } from '../queue/local-fleet.ts';
import { createLooks } from './looks.ts';
import { createRunningTurns } from './running.ts';

const TURN = id<TurnId>('t1');
const FRAME = { turn: TURN, state: 'running', answer: 'so far' } as unknown as Frame;

function running(frame: Frame | undefined) {
  const turns = createRunningTurns();
  const where = { channel: id<ChannelName>('c'), chat: id<ChatId>('h'), message: id<MessageId>('m') };
  turns.add({ turn: TURN, lane: id<Lane>('l'), ...where, frame: () => frame, stop: () => undefined });
  return turns;
}

describe('looking at an answer that grows in another process', () => {
  it('gets its newest frame', async () => {
    const fleet = { ...localFleet(), alone: false };
    createLooks(fleet, running(FRAME));
    const looks = createLooks(fleet, createRunningTurns());
    expect(await looks.elsewhere(TURN)).toEqual(FRAME);
  });

  it('gets nothing where nobody runs it or it has nothing to show, after a moment', async () => {
    const fleet = { ...localFleet(), alone: false };
    createLooks(fleet, running(undefined));
    const looks = createLooks(fleet, createRunningTurns());
    expect(await looks.elsewhere(TURN)).toBeUndefined();
    expect(await looks.elsewhere(id('unknown'))).toBeUndefined();
  });

  it('asks nobody where there is nobody', async () => {
    const fleet = localFleet();
    createLooks(fleet, running(FRAME));
    expect(await createLooks(fleet, createRunningTurns()).elsewhere(TURN)).toBeUndefined();
  });
});
