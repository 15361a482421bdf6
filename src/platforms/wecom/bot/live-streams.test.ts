import { afterEach, describe, expect, it } from 'vitest';
import { id } from '../../../core/ids.ts';
import { noLog } from '../../../core/log.ts';
import type { Frame } from '../../../core/reply.ts';
import { manualClock } from '../../../simulator/clock.ts';
import { LiveStreams, wholeBlocks } from './live-streams.ts';

const TO = { channel: id<never>('wecom-bot'), kind: 'direct', chat: id<never>('lin.mei') } as const;
const frame = (answer: string): Frame => ({
  turn: id('t-1'),
  state: 'answering',
  lang: 'zh',
  title: '',
  answer,
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
});

let streams: LiveStreams;
afterEach(() => streams.close());

function start(fail = false) {
  const clock = manualClock(0);
  const story: string[] = [];
  const tell = (what: string) => async (stream: { readonly id: string }) => {
    story.push(`${what} ${stream.id} at ${clock.now() / 60_000} min`);
    if (fail) throw new Error('refused');
  };
  streams = new LiveStreams(
    { repeat: tell('repeat'), handOver: tell('hand over') },
    { clock, log: noLog, channel: id('c') },
  );
  return { clock, story };
}

describe('the clock of streams', () => {
  it('shows a stream without news again each minute, and hands it over before its six minutes are over', async () => {
    const { clock, story } = start();
    streams.shown('s', TO, 0, frame('One.\n\nTwo'));
    await clock.advance(6 * 60_000);
    expect(story).toEqual([
      'repeat s at 1 min',
      'repeat s at 2 min',
      'repeat s at 3 min',
      'repeat s at 4 min',
      'repeat s at 5 min',
      'hand over s at 5.5 min',
    ]);
    expect([streams.isHandedOver('s'), streams.shownOf('s')]).toEqual([true, 'One.\n\n']);
  });

  it('leaves a stream with news alone, and one that is over', async () => {
    const { clock, story } = start();
    streams.shown('s', TO, 0, frame('a'));
    streams.shown('over', TO, 0, frame('a'));
    streams.finished('over');
    for (let seconds = 0; seconds < 120; seconds += 30) {
      await clock.advance(30_000);
      streams.shown('s', TO, 0, frame('b'));
    }
    expect(story).toEqual([]);
    expect(streams.isFinished('over')).toBe(true);
  });

  it('goes by the time a stream was opened, also before a restart', async () => {
    const { clock, story } = start();
    await clock.advance(5 * 60_000);
    streams.shown('s', TO, 0, frame('a'));
    await clock.advance(60_000);
    expect(story).toEqual(['hand over s at 5.5 min']);
  });

  it('tries to hand over as long as the vendor would let it', async () => {
    const { clock, story } = start(true);
    streams.shown('s', TO, 0, frame('a'));
    await clock.advance(7 * 60_000);
    const tries = story.filter((line) => line.startsWith('hand over'));
    expect(tries.length).toBeGreaterThan(3);
    expect(streams.size).toBe(0);
    expect(streams.isHandedOver('s')).toBe(true);
  });

  it('goes on with the others when one is refused', async () => {
    const { clock, story } = start(true);
    streams.shown('a', TO, 0, frame('a'));
    streams.shown('b', TO, 0, frame('b'));
    await clock.advance(60_000);
    expect(story).toEqual(['repeat a at 1 min', 'repeat b at 1 min']);
  });
});

describe('what a reader has seen whole', () => {
  it('ends behind a block, never inside code', () => {
    expect(wholeBlocks('One.\n\nTwo.\n\nThr')).toBe('One.\n\nTwo.\n\n');
    expect(wholeBlocks('One.\n\n```js\na\n\nb')).toBe('One.\n\n');
    expect(wholeBlocks('only one')).toBe('');
  });
});
