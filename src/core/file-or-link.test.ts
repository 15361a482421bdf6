import { describe, expect, it } from 'vitest';
import { HttpError } from '../lib/http-error.ts';
import { unanswered } from './call-failures.ts';
import { type FailureCode, GatewayError } from './errors.ts';
import { fileOrLink } from './file-or-link.ts';
import { type ChannelName, id } from './ids.ts';
import { noLog } from './log.ts';

const { signal } = new AbortController();
const told: string[] = [];
const deps = { log: { ...noLog, warn: (event: string) => void told.push(event) }, channel: id<ChannelName>('c') };
const failing = (code: FailureCode) => Promise.reject(new GatewayError(code, 'no'));

describe('a file of an answer', () => {
  it('is what the vendor has been given', async () => {
    expect(await fileOrLink(Promise.resolve('media-1'), deps, signal)).toBe('media-1');
  });

  it('becomes a link where it cannot be had or is not taken, and the log says so', async () => {
    told.length = 0;
    for (const code of ['file_gone', 'platform_content_refused', 'platform_unavailable'] as const)
      expect(await fileOrLink(failing(code), deps, signal)).toBeUndefined();
    expect(told).toEqual(['file sent as a link', 'file sent as a link', 'file sent as a link']);
  });

  it('waits for a vendor that is busy, or whatever else is worth waiting for there', async () => {
    await expect(fileOrLink(failing('platform_throttled'), deps, signal)).rejects.toMatchObject({
      code: 'platform_throttled',
    });
    const away = fileOrLink(failing('platform_unavailable'), deps, signal, ['platform_unavailable']);
    await expect(away).rejects.toMatchObject({ code: 'platform_unavailable' });
  });

  it('is no link either where its upload was held back, or the gateway stops', async () => {
    const heldBack = unanswered(new HttpError('held-back', 'not sent'), { api: 'media.upload', signal });
    await expect(fileOrLink(Promise.reject(heldBack), deps, signal)).rejects.toBe(heldBack);
    const stopped = fileOrLink(failing('file_gone'), deps, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: 'file_gone' });
  });
});
