import { describe, expect, it } from 'vitest';
import { type ChannelName, id } from '../core/ids.ts';
import type { ConnectionState } from '../core/platform.ts';
import { checkReadiness, type HealthSources } from './health.ts';

function sources(change: Partial<HealthSources> = {}): HealthSources {
  return { askStore: async () => undefined, connections: () => [], stopping: () => false, ...change };
}

const webhook = { channel: id<ChannelName>('by-webhook') };
const socket = (state: ConnectionState['state']) => ({
  channel: id<ChannelName>('by-socket'),
  connection: { state, attempts: 2 },
});

describe('the gateway is ready', () => {
  it('when its store answers', async () => {
    expect(await checkReadiness(sources({ connections: () => [webhook] }))).toEqual({
      ready: true,
      parts: [
        { name: 'process', ok: true },
        { name: 'store', ok: true },
        { name: 'channel by-webhook', ok: true },
      ],
    });
  });

  it('not while it stops', async () => {
    expect(await checkReadiness(sources({ stopping: () => true }))).toMatchObject({ ready: false });
  });

  it('not when its store fails or hangs', async () => {
    expect(await checkReadiness(sources({ askStore: () => Promise.reject(new Error('no')) }))).toMatchObject({
      ready: false,
    });
    expect(await checkReadiness(sources({ askStore: () => new Promise(() => {}) }))).toMatchObject({ ready: false });
  });

  it('not while its only long connection is down', async () => {
    expect(await checkReadiness(sources({ connections: () => [socket('connecting')] }))).toMatchObject({
      ready: false,
    });
    expect(await checkReadiness(sources({ connections: () => [socket('open')] }))).toMatchObject({ ready: true });
  });

  it('though a long connection is down, where webhooks come in too', async () => {
    const readiness = await checkReadiness(sources({ connections: () => [webhook, socket('closed')] }));
    expect(readiness.ready).toBe(true);
    expect(readiness.parts.at(-1)).toMatchObject({
      ok: false,
      reason: 'The long connection of by-socket is closed (attempt 2).',
    });
  });
});
