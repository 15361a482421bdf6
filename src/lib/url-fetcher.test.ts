import type { LookupAddress, lookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
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
  /** Names as whoever set them up wants them to be read. */
  const ADDRESSES: Readonly<Record<string, string>> = {
    'files.example': '8.8.8.8',
    'inside.example': '10.0.0.7',
    'six.example': '2400:3200::1',
    'exempt.example': '127.0.0.1',
  };
  const ask = ((host: string, _: object, answer: (error: Error | null, addresses?: LookupAddress[]) => void) => {
    const address = ADDRESSES[host];
    if (address === undefined) return answer(new Error('ENOTFOUND'));
    answer(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  }) as unknown as typeof lookup;

  let proxy: Server;
  let asked: string[];
  let greeted: string[];
  beforeEach(async () => {
    asked = [];
    greeted = [];
    // Whoever is behind the proxy hears by which name it is greeted; it has no certificate to show.
    const far = createTlsServer({
      SNICallback(name, done) {
        greeted.push(name);
        done(new Error('none'));
      },
    });
    far.on('tlsClientError', () => undefined);
    proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      if (request.url?.startsWith('dify')) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.emit('connection', socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  async function refusalOf(url: string): Promise<string> {
    const { port } = proxy.address() as AddressInfo;
    const settings = { proxy: `http://127.0.0.1:${port}`, noProxy: 'exempt.example' };
    const fetcher = createUrlFetcher(new Set(['https://dify.invalid']), settings, ask);
    const error = await fetcher.fetch(url, 1000, signal).catch((thrown: unknown) => thrown);
    await fetcher.close();
    return error instanceof FetchError ? error.refusal : String(error);
  }

  it('goes through it to an agent the operator trusts, by its name', async () => {
    expect(await refusalOf('https://dify.invalid/files/1')).toBe('unavailable');
    expect(asked).toEqual(['dify.invalid:443']);
  });

  it('asks it for the address that a name was seen to lead to, and greets whoever is there by the name', async () => {
    expect(await refusalOf('https://files.example/a.png')).toBe('unavailable');
    expect(await refusalOf('https://files.example:8443/a.png')).toBe('unavailable');
    expect(await refusalOf('https://six.example/a.png')).toBe('unavailable');
    expect(asked).toEqual(['8.8.8.8:443', '8.8.8.8:8443', '[2400:3200::1]:443']);
    expect(greeted).toEqual(['files.example', 'files.example', 'six.example']);
  });

  it('asks it for nothing inside a private network, and for no name that cannot be looked up', async () => {
    expect(await refusalOf('https://inside.example/secret')).toBe('forbidden');
    expect(await refusalOf('https://10.0.0.7/secret')).toBe('forbidden');
    expect(await refusalOf('https://[::1]/secret')).toBe('forbidden');
    expect(await refusalOf('https://nobody-knows.example/')).toBe('unavailable');
    expect(asked).toEqual([]);
  });

  it('is not used for what NO_PROXY names, which is guarded all the same', async () => {
    expect(await refusalOf('https://exempt.example/secret')).toBe('forbidden');
    expect(asked).toEqual([]);
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
