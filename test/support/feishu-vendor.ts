import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FileContent } from '../../src/core/agent.ts';
import { id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import type { PlatformDeps } from '../../src/core/platform-definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { feishuConfigSchema } from '../../src/platforms/feishu/config.ts';

export interface VendorCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly token: string;
  /** The JSON body; of anything else the raw text. */
  readonly body: Record<string, unknown>;
}

export interface VendorRefusal {
  readonly code: number;
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often; for ever when absent. */
  readonly times?: number;
}

/** A far side that says yes to everything and refuses what a test tells it to. */
export class FeishuVendor {
  readonly calls: VendorCall[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #refusals: { readonly pattern: RegExp; readonly refusal: VendorRefusal; left: number }[] = [];
  readonly #answers: { readonly pattern: RegExp; readonly body: unknown }[] = [];
  #next = 0;
  url = '';

  static async start(): Promise<FeishuVendor> {
    const vendor = new FeishuVendor();
    vendor.#server.listen(0, '127.0.0.1');
    await once(vendor.#server, 'listening');
    vendor.url = `http://127.0.0.1:${(vendor.#server.address() as AddressInfo).port}`;
    return vendor;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** `pattern` is matched against `METHOD /path`. */
  refuse(pattern: RegExp, refusal: VendorRefusal): void {
    this.#refusals.push({ pattern, refusal, left: refusal.times ?? Number.POSITIVE_INFINITY });
  }

  answer(pattern: RegExp, body: unknown): void {
    this.#answers.push({ pattern, body });
  }

  forget(): void {
    this.calls.length = 0;
  }

  /** The calls that match, in order. */
  to(pattern: RegExp): readonly VendorCall[] {
    return this.calls.filter((call) => pattern.test(`${call.method} ${call.path}`));
  }

  /** Every call but those for tokens and the bot's name, short: `POST messages/om_q/reply`. */
  get story(): readonly string[] {
    const told = this.calls.filter(({ path }) => !/tenant_access_token|bot\/v3/.test(path));
    return told.map(({ method, path }) => `${method} ${path.replace(/^\/open-apis\/(im|cardkit)\/v1\//, '')}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat((await request.toArray()) as Buffer[]).toString('utf8');
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const call = { method: request.method ?? '', path, query, token, body: bodyOf(text) };
    this.calls.push(call);
    const line = `${call.method} ${path}`;
    const refused = this.#refusals.find(({ pattern, left }) => left > 0 && pattern.test(line));
    if (refused) {
      refused.left -= 1;
      const { code, status = 400, message = 'refused', headers = {} } = refused.refusal;
      response.writeHead(status, { 'content-type': 'application/json', 'x-tt-logid': 'log-1', ...headers });
      response.end(JSON.stringify({ code, msg: message }));
      return;
    }
    const scripted = this.#answers.find(({ pattern }) => pattern.test(line))?.body;
    if (Buffer.isBuffer(scripted)) return void response.writeHead(200, { 'content-type': 'image/png' }).end(scripted);
    response.writeHead(200, { 'content-type': 'application/json', 'x-tt-logid': 'log-1' });
    response.end(JSON.stringify(scripted ?? this.#yes(call)));
  }

  #yes({ path }: VendorCall): unknown {
    this.#next += 1;
    const n = this.#next;
    if (path.endsWith('/tenant_access_token/internal')) {
      return { code: 0, msg: 'ok', tenant_access_token: `t-${n}`, expire: 7200 };
    }
    if (path.endsWith('/bot/v3/info'))
      return { code: 0, bot: { app_name: 'Helper', open_id: 'ou_bot', activate_status: 2 } };
    if (path.endsWith('/cardkit/v1/cards')) return { code: 0, data: { card_id: `70000${n}` } };
    if (path.endsWith('/im/v1/images')) return { code: 0, data: { image_key: `img_v3_${n}` } };
    if (path.endsWith('/im/v1/files')) return { code: 0, data: { file_key: `file_v3_${n}` } };
    return { code: 0, msg: 'success', data: { message_id: `om_${n}` } };
  }
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { raw: text };
  }
}

/** Settings of an app at that vendor, with limits that no test meets unless it says so. */
export function vendorConfig(url: string, more: Readonly<Record<string, unknown>> = {}) {
  return feishuConfigSchema.parse({
    appId: 'cli_0123456789abcdef',
    appSecret: 's',
    encryptKey: 'ek-demo',
    verificationToken: 'vt-demo',
    baseUrl: url,
    limits: { perSecond: 10_000, perMinute: 600_000, perChatPerSecond: 10_000 },
    ...more,
  });
}

const ONE_PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function vendorDeps(more: Partial<PlatformDeps> = {}): PlatformDeps {
  const png: FileContent = { bytes: Buffer.from(ONE_PIXEL, 'base64'), mime: 'image/png' };
  return {
    channel: id('feishu'),
    clock: systemClock,
    log: noLog,
    fetchUrl: () => Promise.resolve(png),
    random: () => 0.5,
    ...more,
  };
}
