import { describe, expect, it } from 'vitest';
import type { ReplyAddress } from '../../../core/event.ts';
import { type ChannelName, id, type SendKey, type TurnId } from '../../../core/ids.ts';
import { memosInMemory } from '../../../core/memos.ts';
import type { Peers } from '../../../core/peers.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { OutboundMessage } from '../../../core/reply.ts';
import { systemClock } from '../../../lib/clock.ts';
import { PolledStreams } from './polled.ts';

const CHANNEL = id<ChannelName>('wecom-bot');
const TO: ReplyAddress = { channel: CHANNEL, kind: 'direct', chat: id('lin') };
const MESSAGE: OutboundMessage = { kind: 'notice', to: TO, key: id<SendKey>('k1'), text: 'the end', lang: 'en' };

function processes(count: number): readonly PolledStreams[] {
  const heard: ((text: string) => void)[] = [];
  const peers: Peers = {
    say: (text) => {
      for (const hear of heard) hear(text);
    },
    hear: (hear) => heard.push(hear),
  };
  const deps = { channel: CHANNEL, clock: systemClock, memos: memosInMemory(), peers } as unknown as PlatformDeps;
  return Array.from({ length: count }, () => new PolledStreams(deps));
}

describe('a stream that is polled from one process and ended by another', () => {
  it('is over for the one that ends it when the other has told the last frame', async () => {
    const [worker, gateway] = processes(2);
    const stream = { turn: id<TurnId>('t1'), since: systemClock.now() };
    const save = async (): Promise<void> => undefined;
    const sending = worker?.finish(stream, MESSAGE, { signal: AbortSignal.timeout(20_000), save });
    expect(gateway?.answer(stream, { kind: 'whole', message: MESSAGE })).toMatchObject({ stream: { finish: true } });
    expect(await sending).toMatchObject({ message: 'k1' });
  });

  it('is over also when the last frame was told before it was handed in', async () => {
    const [worker, gateway] = processes(2);
    const stream = { turn: id<TurnId>('t1'), since: systemClock.now() };
    const save = async (): Promise<void> => undefined;
    gateway?.answer(stream, { kind: 'whole', message: MESSAGE });
    const sent = await worker?.finish(stream, MESSAGE, { signal: AbortSignal.timeout(20_000), save });
    expect(sent).toMatchObject({ message: 'k1' });
  });
});
