import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import { GatewayError, toGatewayError } from '../core/errors.ts';
import type { Delivery } from '../core/event.ts';
import { type ChannelName, id } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Ack } from '../core/platform.ts';
import { createQuiet } from '../lib/quiet.ts';
import { HTTP_REFUSALS, refuse } from './refusals.ts';

/** Largest body of a delivery; vendors send some KB. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** How much of an over-long body is read and thrown away, so that its sender can still read our answer. */
const MAX_DISCARD_BYTES = 8 * MAX_BODY_BYTES;
/** Bodies held at once; more are turned away with 503 and come back by the vendor's redelivery. */
const MAX_HELD_BYTES = 64 * MAX_BODY_BYTES;
export const MAX_HELD_DELIVERIES = 10_000;
/** What unknown paths are counted under: a label must not be chosen by whoever knocks. */
const UNKNOWN = id<ChannelName>('unknown');

export interface WebhookOptions {
  /** The channels of each platform that take webhooks; the key is the platform's name. */
  readonly channels: ReadonlyMap<string, readonly ChannelName[]>;
  /**
   * Takes a delivery; resolves with the vendor's answer once what it brought is committed. It counts what it takes and what it
   * refuses; here only what never reaches it is counted. Refusals of both kinds are logged here.
   * @throws {GatewayError} a refusal, answered with its status and code.
   */
  readonly deliver: (delivery: Delivery) => Promise<Ack>;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface Webhooks {
  /** Whether a request belongs here. */
  takes(url: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** From now on every answer asks the other side to close the line. */
  closing(): void;
}

/**
 * Takes the vendors' requests straight from `node:http`: raw bytes, whatever content type they claim, no framework between.
 * This is the path whose speed is the number of messages a gateway can take.
 */
export function createWebhooks(options: WebhookOptions): Webhooks {
  const paths = pathsOf(options.channels);
  const quiet = createQuiet(Date.now);
  const held: Held = { bytes: 0, deliveries: 0 };
  let closing = false;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (closing) response.setHeader('connection', 'close');
    const { path, query } = splitUrl(request.url ?? '');
    const channel = paths.get(path);
    if (channel === undefined) return turnAway(request, response, UNKNOWN, unknownChannel(path, options.channels));
    const method = request.method;
    if (method !== 'POST' && method !== 'GET') {
      return refuse(request, response, HTTP_REFUSALS.method_not_allowed, 'method_not_allowed');
    }
    if (held.deliveries >= MAX_HELD_DELIVERIES || held.bytes >= MAX_HELD_BYTES) {
      return turnAway(request, response, channel, new GatewayError('overloaded', 'too many deliveries at once'));
    }
    readBody(request, response, held, (body) => {
      if (body instanceof GatewayError) return turnAway(request, response, channel, body);
      const headers = request.headers as Delivery['headers'];
      options.deliver({ channel, via: 'webhook', method, headers, query, body }).then(
        (ack) => answer(response, ack),
        (error: unknown) => {
          const refusal = toGatewayError(error);
          logRefusal(channel, refusal);
          refuse(request, response, refusal.failure.status, refusal.code);
        },
      );
    });
  }

  function turnAway(
    request: IncomingMessage,
    response: ServerResponse,
    channel: ChannelName,
    error: GatewayError,
  ): void {
    options.metrics.delivery(channel, error.code);
    logRefusal(channel, error);
    request.resume();
    refuse(request, response, error.failure.status, error.code);
  }

  function logRefusal(channel: ChannelName, error: GatewayError): void {
    const heldBack = quiet(`${channel} ${error.code}`);
    if (heldBack === undefined) return;
    const fields = { channel, via: 'webhook', error, heldBack };
    if (error.failure.status >= 500) options.log.error('delivery failed', fields);
    else options.log.warn('delivery refused', fields);
  }

  return {
    takes: (url) => url.startsWith('/webhook/'),
    handle,
    closing: () => {
      closing = true;
    },
  };
}

/** `/webhook/feishu` while there is one Feishu channel, and `/webhook/feishu/<channel>` for each. */
function pathsOf(channels: WebhookOptions['channels']): ReadonlyMap<string, ChannelName> {
  const paths = new Map<string, ChannelName>();
  for (const [platform, names] of channels) {
    for (const name of names) paths.set(`/webhook/${platform}/${name}`, name);
    const [only] = names;
    if (only !== undefined && names.length === 1) paths.set(`/webhook/${platform}`, only);
  }
  return paths;
}

function unknownChannel(path: string, channels: WebhookOptions['channels']): GatewayError {
  const names = channels.get(path.split('/')[2] ?? '');
  if (names === undefined)
    return new GatewayError('channel_unknown', 'a delivery for a platform that is not configured');
  return new GatewayError('channel_unknown', `a delivery names none of the channels ${names.join(', ')} in its path`);
}

const NO_QUERY: Delivery['query'] = {};

function splitUrl(url: string): { path: string; query: Delivery['query'] } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? NO_QUERY : flatQuery(url.slice(mark + 1));
  return { path: path.endsWith('/') ? path.slice(0, -1) : path, query };
}

// A name that comes twice is joined as node joins doubled headers: no signature then fits, whichever one was meant.
function flatQuery(text: string): Delivery['query'] {
  const query: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(parseQuery(text))) {
    query[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return query;
}

/** What deliveries hold in memory until they are answered. */
interface Held {
  bytes: number;
  deliveries: number;
}

/** Reads the whole body, or says why not; says nothing when the sender hangs up before its end. */
function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  held: Held,
  then: (body: Buffer | GatewayError) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let kept = 0;
  held.deliveries += 1;
  response.once('close', () => {
    held.deliveries -= 1;
    held.bytes -= kept;
  });
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) {
      chunks.push(chunk);
      kept += chunk.length;
      held.bytes += chunk.length;
    } else if (length > MAX_DISCARD_BYTES) {
      request.removeAllListeners('data');
      then(tooLarge());
    }
  });
  request.once('end', () => {
    if (length > MAX_DISCARD_BYTES) return;
    then(length > MAX_BODY_BYTES ? tooLarge() : joined(chunks));
  });
  // Whoever hangs up in the middle has not delivered; the vendor tries again.
  request.on('error', () => {});
}

function tooLarge(): GatewayError {
  return new GatewayError('body_too_large', `a delivery is longer than ${MAX_BODY_BYTES} bytes`);
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

function answer(response: ServerResponse, ack: Ack): void {
  response.writeHead(ack.status, { 'content-type': ack.contentType, 'content-length': Buffer.byteLength(ack.body) });
  response.end(ack.body);
}
