import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { fileNameIn, WecomClient, writeJson } from './client.ts';

const server = createServer();
afterEach(() => {
  server.removeAllListeners('request');
  server.closeAllConnections();
  server.close();
});

interface Asked {
  readonly url: string;
  readonly body: string;
}

/** A far side that answers each call with the next of these texts; the first call is for the token. */
async function started(...answers: readonly string[]) {
  const asked: Asked[] = [];
  server.on('request', async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    asked.push({ url: request.url ?? '', body });
    response.end(answers[asked.length - 1] ?? '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const codes: string[] = [];
  const client = new WecomClient(
    { baseUrl, corpId: 'ww1', secret: 's3' },
    { clock: systemClock, onCall: ({ api, code }) => codes.push(`${api} ${code}`) },
  );
  const call = (more: object = {}) =>
    client.call({
      api: 'message.send',
      method: 'POST',
      path: 'message/send',
      body: { a: '你' },
      priority: 'final',
      signal: AbortSignal.timeout(5_000),
      ...more,
    });
  return { client, call, asked, codes };
}

const TOKEN = '{"errcode":0,"access_token":"t1","expires_in":7200}';

describe('a call', () => {
  it('carries the token in its query and raw UTF-8 in its body', async () => {
    const { call, asked, codes, client } = await started(TOKEN, '{"errcode":0,"msgid":"m1"}');
    expect(await call()).toMatchObject({ msgid: 'm1' });
    expect(asked.map(({ url }) => url)).toEqual([
      '/cgi-bin/gettoken?corpid=ww1&corpsecret=s3',
      '/cgi-bin/message/send?access_token=t1',
    ]);
    expect(asked[1]?.body).toBe('{"a":"你"}');
    expect(codes).toEqual(['gettoken 0', 'message.send 0']);
    await client.close();
  });

  it('is repeated once with a new token when the old one was refused', async () => {
    const second = TOKEN.replace('t1', 't2');
    const { call, asked, client } = await started(TOKEN, '{"errcode":40014}', second, '{"errcode":0}');
    await call();
    expect(asked.at(-1)?.url).toBe('/cgi-bin/message/send?access_token=t2');
    await client.close();
  });

  it('without a code is a success, and what is no JSON is not the vendor’s', async () => {
    const { call, client } = await started(TOKEN, '{"user":"lin"}', '<html>busy</html>');
    expect(await call()).toEqual({ user: 'lin' });
    await expect(call()).rejects.toMatchObject({ code: 'platform_unavailable' });
    await client.close();
  });

  it('of an API that was called too often waits its minute before it leaves again', async () => {
    const { call, asked, client } = await started(TOKEN, '{"errcode":45009}');
    await expect(call()).rejects.toMatchObject({ code: 'platform_throttled', retryAfterMs: 60_000 });
    await expect(call()).rejects.toMatchObject({ code: 'platform_throttled' });
    expect(asked).toHaveLength(2);
    await client.close();
  });

  it('that proves itself by its address carries no token', async () => {
    const { client, asked } = await started('{"errcode":0}');
    const signal = AbortSignal.timeout(5_000);
    const query = { key: 'k 1' };
    await client.callOpen({
      api: 'webhook.send',
      method: 'POST',
      path: 'webhook/send',
      query,
      body: {},
      priority: 'final',
      signal,
    });
    expect(asked[0]?.url).toBe('/cgi-bin/webhook/send?key=k+1');
    await client.close();
  });
});

describe('what goes out and comes in', () => {
  it('has no escapes that the vendor refuses', () => {
    expect(writeJson({ text: 'a\u0000\u001b\u007fb\n\t"\ud800"' })).toBe('{"text":"ab\\n\\t\\"\ufffd\\""}');
  });

  it.each([
    ['attachment; filename="a b.pdf"', 'a b.pdf'],
    ['attachment; filename=a.pdf', 'a.pdf'],
    ["attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf", '报告.pdf'],
    [`attachment; filename="${Buffer.from('报告.pdf').toString('latin1')}"`, '报告.pdf'],
    ['inline', undefined],
    [undefined, undefined],
  ])('names the file of %s', (disposition, name) => {
    expect(fileNameIn(disposition)).toBe(name);
  });
});
