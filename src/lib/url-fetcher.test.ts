import type { LookupAddress, lookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUrlFetcher, FetchError, isPublicAddress, publicLookup } from './url-fetcher.ts';

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
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:4136:e378::1',
    '3fff::1',
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
      if (request.url === '/inward-v6') return response.writeHead(301, { location: '//[::1]:1/' }).end();
      if (request.url === '/to-a-file') return response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      if (request.url === '/bomb')
        return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(8_000_000)));
      if (request.url === '/headers') return response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end();
      if (request.url === '/endless') {
        response.writeHead(200);
        const piece = (): boolean => !response.destroyed && response.write('x'.repeat(10_000), () => void piece());
        return piece();
      }
      if (request.url === '/round') return response.writeHead(302, { location: '/round' }).end();
      if (request.url === '/broken') return response.writeHead(503).end();
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

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
  it('refuses a redirect to IPv6’s loopback or to a file', async () => {
    expect(await refusalOf(`${origin}/inward-v6`, [origin])).toBe('forbidden');
    expect(await refusalOf(`${origin}/to-a-file`, [origin])).toBe('forbidden');
  });
  it('unpacks nothing, so that a small answer stays small', async () => {
    const fetcher = createUrlFetcher(new Set([origin]));
    expect((await fetcher.fetch(`${origin}/bomb`, 100_000, signal)).bytes.length).toBeLessThan(10_000);
    await fetcher.close();
  });
  it('leaves a body without end, and headers that are too long', async () => {
    expect(await refusalOf(`${origin}/endless`, [origin])).toBe('too-large');
    expect(await refusalOf(`${origin}/headers`, [origin])).toBe('unavailable');
  });
  it('leaves a ring of redirects', async () => expect(await refusalOf(`${origin}/round`, [origin])).toBe('forbidden'));
  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'http://[::1]/',
    'http://2130706433/',
    'gopher://x',
    'nonsense',
    'http://127.1/',
    'http://0177.0.0.1/',
    'http://0x7f.0.0.1/',
    'http://0x7f000001:8080/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://8.8.8.8@127.0.0.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/latest/meta-data',
    'http://[64:ff9b::169.254.169.254]/',
    'http://169.254.169.254:80/',
    'http://0/',
    'http://999.1.1.1/',
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

describe('fetching behind a proxy', () => {
  it('goes through it to an agent the operator trusts, and to nobody else', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const fetcher = createUrlFetcher(new Set(['https://dify.invalid']), { proxy: `http://127.0.0.1:${port}` });
    for (const url of ['https://dify.invalid/files/1', 'https://elsewhere.invalid/secret'])
      await expect(fetcher.fetch(url, 1000, signal)).rejects.toMatchObject({ refusal: 'unavailable' });
    expect([...new Set(asked)]).toEqual(['dify.invalid:443']);
    await fetcher.close();
    proxy.close();
  });
});

describe('looking a name up for a connection', () => {
  /** A name that says another thing each time it is asked, as one does that wants to get around a check. */
  function nameOf(...answers: readonly (readonly string[])[]) {
    let asked = 0;
    const ask = ((_: string, __: object, answer: (error: null, addresses: LookupAddress[]) => void) => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      answer(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    }) as unknown as typeof lookup;
    const find = publicLookup(ask);
    const connect = (all: boolean) =>
      new Promise((resolve) => find('rebind.example', { all }, (error, address) => resolve(error ?? address)));
    return { connect, asked: () => asked };
  }

  it('asks once, and connects to what was looked at', async () => {
    const name = nameOf(['8.8.8.8'], ['127.0.0.1']);
    expect(await name.connect(false)).toBe('8.8.8.8');
    expect(name.asked()).toBe(1);
  });

  it('looks again for the next connection', async () => {
    const name = nameOf(['8.8.8.8'], ['127.0.0.1']);
    await name.connect(true);
    expect(await name.connect(true)).toMatchObject({ refusal: 'forbidden' });
  });

  it('leaves the private ones of several addresses out', async () => {
    const name = nameOf(['10.0.0.1', '8.8.8.8', '::1', '2400:3200::1']);
    expect(await name.connect(true)).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2400:3200::1', family: 6 },
    ]);
    expect(await name.connect(false)).toBe('8.8.8.8');
  });
});
