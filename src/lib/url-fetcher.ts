import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { createHttpClient, type HttpClientOptions, HttpError, type HttpResponse, mimeOf } from './http-client.ts';
import { isExempt } from './no-proxy.ts';

/** Why a URL was not fetched. */
export type FetchRefusal = 'forbidden' | 'gone' | 'too-large' | 'unavailable';

export class FetchError extends Error {
  readonly refusal: FetchRefusal;

  constructor(refusal: FetchRefusal, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FetchError';
    this.refusal = refusal;
  }
}

export interface FetchedFile {
  readonly bytes: Uint8Array;
  readonly mime: string;
}

export interface UrlFetcher {
  /** @throws {FetchError} */
  fetch(url: string, maxBytes: number, signal: AbortSignal): Promise<FetchedFile>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 60_000;

/**
 * Fetches addresses that somebody else wrote (an agent's answer, in the end a model's), so that they cannot be used to look into our own
 * network: only http and https, only public addresses, checked where the connection is made, so that neither a redirect nor a name that
 * resolves differently the second time gets around it.
 *
 * Through a proxy it goes by the address: the name is looked up here, and the proxy is asked for what was looked at. A name that only the
 * proxy can look up is not fetched, for nobody here could say where it leads.
 *
 * @param trusted - Origins (`http://dify.internal:5001`) of the operator's own agents, reached wherever they are, and as they are.
 * @param ask - Only tests give another.
 */
export function createUrlFetcher(
  trusted: ReadonlySet<string>,
  proxy: Pick<HttpClientOptions, 'proxy' | 'noProxy'> = {},
  ask: typeof resolve = resolve,
): UrlFetcher {
  const guarded = createHttpClient({ lookup: publicLookup(ask) });
  const open = createHttpClient(proxy);
  const tunnel = proxy.proxy ? createHttpClient({ proxy: proxy.proxy }) : undefined;

  async function request(url: URL, maxBytes: number, signal: AbortSignal): Promise<HttpResponse> {
    const common = { method: 'GET', signal, timeoutMs: TIMEOUT_MS, maxBytes } as const;
    if (trusted.has(url.origin)) return open.request({ ...common, url: url.href });
    refusePrivateLiteral(url);
    if (tunnel === undefined || url.protocol !== 'https:' || isExempt(url, proxy.noProxy))
      return guarded.request({ ...common, url: url.href });
    const pinned = new URL(url);
    pinned.hostname = await publicAddressOf(url, ask);
    return tunnel.request({ ...common, url: pinned.href, headers: { host: url.host } });
  }

  async function get(address: string, maxBytes: number, signal: AbortSignal, redirects: number): Promise<FetchedFile> {
    const url = parse(address);
    const answer = await request(url, maxBytes, signal);
    const { location } = answer.headers;
    if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
      answer.discard();
      if (redirects >= MAX_REDIRECTS) throw new FetchError('forbidden', 'too many redirects');
      return get(new URL(location, url).href, maxBytes, signal, redirects + 1);
    }
    if (answer.status !== 200) {
      answer.discard();
      throw new FetchError(answer.status >= 500 ? 'unavailable' : 'gone', `HTTP ${answer.status}`);
    }
    return { bytes: await answer.bytes(), mime: mimeOf(answer) };
  }

  return {
    async fetch(url, maxBytes, signal) {
      try {
        return await get(url, maxBytes, signal, 0);
      } catch (error) {
        if (error instanceof FetchError || signal.aborted) throw error;
        const cause = error instanceof Error && error.cause instanceof FetchError ? error.cause : error;
        if (cause instanceof FetchError) throw cause;
        if (error instanceof HttpError && error.kind === 'too-large')
          throw new FetchError('too-large', `more than ${maxBytes} bytes`, { cause: error });
        throw new FetchError('unavailable', 'the address did not answer', { cause: error });
      }
    },
    async close() {
      await Promise.all([guarded.close(), open.close(), tunnel?.close()]);
    },
  };
}

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new FetchError('forbidden', 'not an http address');
  return url;
}

/** Everything that is not the public internet: RFC 6890 and what clouds use for their metadata services. */
// Two lists: one list takes an IPv4 address for its IPv6 form, and `::/8` then holds all of them.
const PRIVATE_V4 = new BlockList();
const PRIVATE_V6 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE_V4.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 8],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // Teredo and what else is no address of a host, tunnels with an IPv4 address inside among them.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE_V6.addSubnet(net, prefix, 'ipv6');
}

/** Whether an IP address belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !PRIVATE_V4.check(address, 'ipv4');
  return family === 6 && !PRIVATE_V6.check(address, 'ipv6');
}

/** An address written as digits is never looked up, so it is checked here. */
function refusePrivateLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host))
    throw new FetchError('forbidden', 'an address inside a private network');
}

/** @returns The host of an address in a URL: an IPv6 one has its brackets. */
function publicAddressOf({ hostname }: URL, ask: typeof resolve): Promise<string> {
  if (isIP(hostname) !== 0 || hostname.startsWith('[')) return Promise.resolve(hostname);
  return new Promise((use, refuse) => {
    publicLookup(ask)(hostname, {}, (error, found, family) => {
      const [address] = typeof found === 'string' ? [found] : found.map((one) => one.address);
      if (error || address === undefined) refuse(error ?? new Error('no address'));
      else use(family === 6 ? `[${address}]` : address);
    });
  });
}

/**
 * Looks a name up once for each connection, and gives on only what is public: the connection is made to what was looked at, so a name
 * cannot say one thing to whoever checks it and another to whoever connects.
 *
 * @param ask - Only tests give another.
 */
export function publicLookup(ask: typeof resolve = resolve): LookupFunction {
  return (hostname, options, callback) => {
    ask(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const usable = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = usable;
      if (!first) return callback(new FetchError('forbidden', 'a name that points into a private network'), '');
      if (options.all === true) return callback(null, usable);
      callback(null, first.address, first.family);
    });
  };
}
