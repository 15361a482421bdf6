import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUrlFetcher, FetchError, isPublicAddress } from './url-fetcher.ts';

const signal = new AbortController().signal;

describe('an address of the public internet', () => {
  it.each(['8.8.8.8', '2400:3200::1', '100.128.0.1'])('%s is one', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fe80::1',
    'fd00::1',
    '224.0.0.1',
    '255.255.255.255',
    'not-an-address',
  ])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('fetching what an answer points to', () => {
  let server: Server;
  let origin: string;
  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/picture') return response.writeHead(200, { 'content-type': 'image/png; x=1' }).end('png');
      if (request.url === '/inward') return response.writeHead(302, { location: 'http://10.0.0.1/secret' }).end();
      if (request.url === '/round') return response.writeHead(302, { location: '/round' }).end();
      if (request.url === '/broken') return response.writeHead(503).end();
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function refusalOf(url: string, trusted: readonly string[] = []): Promise<string> {
    const fetcher = createUrlFetcher(new Set(trusted));
    const error = await fetcher.fetch(url, 1000, signal).catch((thrown: unknown) => thrown);
    await fetcher.close();
    return error instanceof FetchError ? error.refusal : String(error);
  }

  it('brings a file of an agent the operator trusts', async () => {
    const fetcher = createUrlFetcher(new Set([origin]));
    const file = await fetcher.fetch(`${origin}/picture`, 1000, signal);
    expect([Buffer.from(file.bytes).toString(), file.mime]).toEqual(['png', 'image/png']);
    await fetcher.close();
  });

  it('refuses the same address when nobody trusts it', async () =>
    expect(await refusalOf(`${origin}/picture`)).toBe('forbidden'));
  it('refuses a name that resolves to this machine', async () =>
    expect(await refusalOf(origin.replace('127.0.0.1', 'localhost'))).toBe('forbidden'));
  it('refuses a redirect into the network behind', async () =>
    expect(await refusalOf(`${origin}/inward`, [origin])).toBe('forbidden'));
  it('leaves a ring of redirects', async () => expect(await refusalOf(`${origin}/round`, [origin])).toBe('forbidden'));
  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'http://[::1]/',
    'http://2130706433/',
    'gopher://x',
    'nonsense',
  ])('refuses %s', async (url) => expect(await refusalOf(url)).toBe('forbidden'));
  it('stops at the size that is allowed', async () => {
    const fetcher = createUrlFetcher(new Set([origin]));
    await expect(fetcher.fetch(`${origin}/picture`, 2, signal)).rejects.toMatchObject({ refusal: 'too-large' });
    await fetcher.close();
  });
  it('tells a file that is gone from a server that is away', async () => {
    expect(await refusalOf(`${origin}/nothing`, [origin])).toBe('gone');
    expect(await refusalOf(`${origin}/broken`, [origin])).toBe('unavailable');
  });
});
