import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient, HttpError, type HttpRequest, mimeOf, requestAgain } from './http-client.ts';
import { encodeMultipart } from './multipart.ts';

const open: { server: Server; close(): Promise<void> }[] = [];
const client = createHttpClient();

afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

async function serve(listener: Listener): Promise<string> {
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  open.push({ server, close });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function kindOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HttpError);
  return (error as HttpError).kind;
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, ...more };
}

describe('asking another server', () => {
  it('gives status, headers and JSON', async () => {
    const url = await serve((_, response) => response.writeHead(429, { 'X-Reset': '3' }).end('{"code":7}'));
    const response = await client.request(get(url));
    expect(response.status).toBe(429);
    expect(response.headers['x-reset']).toBe('3');
    expect(await response.json()).toEqual({ code: 7 });
  });

  it('asks for no packed answer, and unpacks none', async () => {
    let asked: string | undefined = 'not asked';
    const packed = gzipSync(Buffer.alloc(8_000_000));
    const url = await serve((request, response) => {
      asked = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    });
    const response = await client.request(get(url, { maxBytes: 100_000 }));
    expect((await response.bytes()).length).toBe(packed.length);
    expect(asked).toBeUndefined();
  });

  it('sends method, path, query, headers and body as given', async () => {
    const url = await serve(async (request, response) => {
      const body = (await request.toArray()).join('');
      response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${body}`);
    });
    const request = { method: 'POST', url: `${url}/a?b=1`, headers: { 'x-a': 'z' }, body: '你好' } as const;
    expect(await (await client.request(request)).text()).toBe('POST /a?b=1 z 你好');
  });

  it('asks once more where the line broke, if it may', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('there');
    });
    const failures: string[] = [];
    const failed = (kind: string): void => void failures.push(kind);
    expect(await kindOf(requestAgain(client, get(url), { mayRepeat: false, failed }))).toBe('broken');
    asked = 0;
    const response = await requestAgain(client, get(url), { mayRepeat: true, failed });
    expect([await response.text(), mimeOf(response)]).toEqual(['there', 'text/plain']);
    expect([asked, failures]).toEqual([2, ['broken', 'broken']]);
  });

  it('gives up where the second line breaks too, and asks nobody twice who was not there', async () => {
    const url = await serve((request) => request.socket.destroy());
    const failures: string[] = [];
    const repeat = { mayRepeat: true, failed: (kind: string) => void failures.push(kind) };
    expect(await kindOf(requestAgain(client, get(url), repeat))).toBe('broken');
    expect(await kindOf(requestAgain(client, get('http://127.0.0.1:1/'), repeat))).toBe('connect');
    expect(failures).toEqual(['broken', 'broken', 'connect']);
  });

  it('keeps connections alive', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    for (let i = 0; i < 20; i++) await (await client.request(get(url))).text();
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('calls it a timeout when the head does not come in time', async () => {
    const url = await serve(() => undefined);
    expect(await kindOf(client.request(get(url, { timeoutMs: 30 })))).toBe('timeout');
  });

  it('calls it a timeout when the body stops half way', async () => {
    const url = await serve((_, response) => void response.write('half'));
    const response = await client.request(get(url, { timeoutMs: 400 }));
    expect(await kindOf(response.text())).toBe('timeout');
  });

  it('calls it connect when nobody listens', async () => {
    expect(await kindOf(client.request(get('http://127.0.0.1:1')))).toBe('connect');
  });

  it('calls it aborted when the caller gives up, before or while it runs', async () => {
    const url = await serve(() => undefined);
    expect(await kindOf(client.request(get(url, { signal: AbortSignal.abort() })))).toBe('aborted');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    expect(await kindOf(client.request(get(url, { signal: controller.signal })))).toBe('aborted');
  });

  it('asks whether a request may leave when it would, however long it has waited for a connection', async () => {
    const asked: string[] = [];
    const answers: ServerResponse[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      answers.push(response);
    });
    const allowed = new AbortController().signal;
    const other = new AbortController().signal;
    let isOurs = true;
    const narrow = createHttpClient({ connections: 1, mayLeave: (signal) => signal === allowed || isOurs });
    const first = narrow.request(get(`${url}/first`, { signal: allowed }));
    const late = kindOf(narrow.request(get(`${url}/late`, { signal: other })));
    const last = narrow.request(get(`${url}/last`, { signal: allowed }));
    await expect.poll(() => answers.length).toBe(1);
    isOurs = false;
    answers[0]?.end('ok');
    await (await first).text();
    expect(await late).toBe('held-back');
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.end('ok');
    expect(await (await last).text()).toBe('ok');
    expect(asked).toEqual(['/first', '/last']);
    await narrow.close();
  });

  it('calls it broken when the connection ends in the middle', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await kindOf(client.request(get(url)))).toBe('broken');
    const half = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
      setTimeout(() => response.destroy(), 10);
    });
    const response = await client.request(get(half));
    expect(await kindOf(response.text())).toBe('broken');
  });

  it('refuses a body that is too large, announced or not', async () => {
    const announced = await serve((_, response) => response.end('x'.repeat(100)));
    expect(await kindOf((await client.request(get(announced, { maxBytes: 99 }))).bytes())).toBe('too-large');
    const silent = await serve((_, response) => {
      response.write('x'.repeat(60));
      response.end('x'.repeat(60));
    });
    expect(await kindOf((await client.request(get(silent, { maxBytes: 99 }))).bytes())).toBe('too-large');
    expect(await (await client.request(get(announced, { maxBytes: 100 }))).bytes()).toHaveLength(100);
  });

  it('says in its message what was asked, without the query', async () => {
    const url = await serve((request) => request.socket.destroy());
    const error = await client.request(get(`${url}/x?ticket=secret`)).catch((reason: unknown) => reason);
    expect(String(error)).toContain('/x');
    expect(String(error)).not.toContain('secret');
  });
});

describe('an answer that is given up before it is read', () => {
  it('fails when it is read later, and never as an uncaught event', async () => {
    const url = await serve((_, response) => void response.write('a'));
    const controller = new AbortController();
    const response = await client.request(get(url, { signal: controller.signal }));
    controller.abort();
    await new Promise((done) => setTimeout(done, 20));
    expect(await kindOf(response.text())).toBe('aborted');
  });

  it('can be discarded', async () => {
    const url = await serve((_, response) => void response.write('a'));
    (await client.request(get(url))).discard();
  });
});

describe('reading a stream', () => {
  it('gives the pieces as they come, however long the whole takes', async () => {
    const url = await serve(async (_, response) => {
      for (const piece of ['a', 'b', 'c', 'd']) {
        response.write(piece);
        await new Promise((done) => setTimeout(done, 100));
      }
      response.end();
    });
    const response = await client.request(get(url, { timeoutMs: 350 }));
    const pieces: string[] = [];
    await response.pour((piece) => pieces.push(Buffer.from(piece).toString()));
    expect(pieces.join('')).toBe('abcd');
  });

  it('gives a body that is larger than what is held ahead whole, however late it is read', async () => {
    const piece = 'x'.repeat(300_000);
    const url = await serve((_, response) => {
      for (let count = 0; count < 5; count++) response.write(piece);
      response.end('end');
    });
    const response = await client.request(get(url));
    let length = 0;
    await new Promise((done) => setTimeout(done, 20));
    await response.pour((part) => {
      length += part.length;
    });
    expect(length).toBe(5 * piece.length + 3);
    const unread = await client.request(get(url));
    await new Promise((done) => setTimeout(done, 20));
    expect(await unread.bytes()).toHaveLength(length);
  });

  it('ends with a timeout after a silence', async () => {
    const url = await serve((_, response) => void response.write('a'));
    const response = await client.request(get(url, { idleTimeoutMs: 40 }));
    const pieces: number[] = [];
    expect(await kindOf(response.pour((piece) => pieces.push(piece.length)))).toBe('timeout');
    expect(pieces).toEqual([1]);
  });

  it('closes the connection when the reader throws, and throws the same', async () => {
    let closed: Promise<unknown> | undefined;
    const url = await serve((request, response) => {
      closed = once(request.socket, 'close');
      response.write('a');
    });
    const response = await client.request(get(url));
    const enough = new Error('enough');
    const read = response.pour(() => {
      throw enough;
    });
    await expect(read).rejects.toBe(enough);
    await closed;
  });

  it('calls its reader in the context of whoever asked, though another had opened the connection', async () => {
    const url = await serve((_, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), 20);
    });
    const asker = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      const response = await client.request(get(url));
      await response.pour(() => seen.push(asker.getStore()));
    };
    await asker.run('first', read);
    await asker.run('second', read);
    expect([...new Set(seen)]).toEqual(['first', 'second']);
  });

  it('is aborted by the caller’s signal', async () => {
    const url = await serve((_, response) => void response.write('a'));
    const controller = new AbortController();
    const response = await client.request(get(url, { signal: controller.signal }));
    expect(await kindOf(response.pour((piece) => controller.abort(piece)))).toBe('aborted');
  });
});

describe('a form with a file', () => {
  it('arrives with its fields, its bytes and its name', async () => {
    const url = await serve(async (request, response) => {
      const whole = Buffer.concat(await request.toArray());
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const form = await new globalThis.Response(whole, { headers }).formData();
      const file = form.get('file') as File;
      response.end(JSON.stringify([form.get('kind'), file.name, file.type, await file.text()]));
    });
    const { contentType, body } = encodeMultipart([
      { name: 'kind', value: 'stream' },
      { name: 'file', fileName: '报告 "终".txt', mime: 'text/plain', bytes: Buffer.from('内容') },
    ]);
    const response = await client.request({ method: 'POST', url, headers: { 'content-type': contentType }, body });
    expect(await response.json()).toEqual(['stream', '报告 "终".txt', 'text/plain', '内容']);
  });
});
