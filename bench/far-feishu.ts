import type { IncomingMessage, ServerResponse } from 'node:http';
import { numberIn } from './deliveries.ts';
import type { FarRecord } from './far-record.ts';

/** Stands in for Feishu's API: takes everything, limits nothing, and notes what has come for which message. */
export class FarFeishu {
  /** Where its long connections are taken. */
  linesUrl = '';
  readonly #record: FarRecord;
  /** The message that a card, or a message of the bot's, answers. */
  readonly #answers = new Map<string, number>();
  readonly #busy = new Busy();
  #last = 0;

  constructor(record: FarRecord) {
    this.#record = record;
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string, body: string): void {
    this.#record.calls += 1;
    this.#busy.called(apiOf(request.method ?? '', path));
    const data = this.#answer(request.method ?? '', path, body);
    const text = JSON.stringify({ code: 0, msg: 'success', ...data });
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  }

  /** The most calls to one API in any second, and in any minute, since the last time this was asked. */
  busiest(): { second: number; minute: number } {
    return this.#busy.most();
  }

  #answer(method: string, path: string, body: string): object {
    if (path.startsWith('/open-apis/im/v1/messages')) return this.#message(path, body);
    if (path === '/open-apis/cardkit/v1/cards' && method === 'POST') return this.#newCard(body);
    if (path.startsWith('/open-apis/cardkit/v1/cards/')) return this.#changedCard(path, body);
    if (path === '/callback/ws/endpoint') return { data: { URL: `${this.linesUrl}/feishu?service_id=1` } };
    if (path.startsWith('/open-apis/auth/')) return { tenant_access_token: 't-bench', expire: 7200 };
    if (path.startsWith('/open-apis/bot/'))
      return { bot: { app_name: 'Bench', open_id: 'ou_bot', activate_status: 2 } };
    return { data: {} };
  }

  #message(path: string, body: string): object {
    const own = /\/messages\/(om_bot\d+)/.exec(path)?.[1];
    const number = own === undefined ? (numberIn(path) ?? questionIn(body)) : this.#answers.get(own);
    if (number === undefined) return { data: {} };
    const card = cardIn(body);
    if (card !== undefined) this.#sendCard(card, number);
    else this.#record.shown(number, body);
    const id = own ?? `om_bot${++this.#last}`;
    this.#answers.set(id, number);
    return { data: { message_id: id, chat_id: 'oc_0', create_time: '0', msg_type: 'interactive' } };
  }

  #newCard(body: string): object {
    const card = String(7_000_000_000 + ++this.#last);
    this.#unsent.set(card, body);
    return { data: { card_id: card } };
  }

  /** Cards that are made and in no chat yet. */
  readonly #unsent = new Map<string, string>();

  #sendCard(card: string, number: number): void {
    const body = this.#unsent.get(card) ?? '';
    this.#unsent.delete(card);
    this.#answers.set(card, number);
    this.#record.of(number).isStreaming = streaming(body) === true;
    this.#record.shown(number, body);
  }

  #changedCard(path: string, body: string): object {
    const card = /\/cards\/(\d+)/.exec(path)?.[1] ?? '';
    const number = this.#answers.get(card);
    if (number === undefined) return { data: {} };
    const isWhole = path.endsWith(card);
    const mode = streaming(body) ?? (isWhole ? false : undefined);
    if (mode !== undefined) this.#record.of(number).isStreaming = mode;
    this.#record.shown(number, body);
    return { data: {} };
  }
}

/** What the vendor counts calls by: the method and the path without what differs from call to call. */
function apiOf(method: string, path: string): string {
  return `${method} ${path.replace(/\/(om_[^/]+|\d+)(?=\/|$)/g, '/:id')}`;
}

/** When each API was called. */
class Busy {
  #times = new Map<string, number[]>();

  called(api: string): void {
    const times = this.#times.get(api);
    if (times) times.push(performance.now());
    else this.#times.set(api, [performance.now()]);
  }

  most(): { second: number; minute: number } {
    const all = [...this.#times.values()];
    this.#times = new Map();
    const within = (ms: number): number => Math.max(0, ...all.map((times) => mostWithin(times, ms)));
    return { second: within(1_000), minute: within(60_000) };
  }
}

/** @param times - Rising. */
function mostWithin(times: readonly number[], ms: number): number {
  let from = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[from] ?? time) >= ms) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** What a body says of the streaming mode, however deep its JSON is packed. */
function streaming(body: string): boolean | undefined {
  const found = /streaming_mode\\*":\s*(true|false)/.exec(body)?.[1];
  return found === undefined ? undefined : found === 'true';
}

function cardIn(body: string): string | undefined {
  return /card_id\\*":\s*\\*"(\d+)/.exec(body)?.[1];
}

function questionIn(body: string): number | undefined {
  const found = /Question (\d+)/.exec(body)?.[1];
  return found === undefined ? undefined : Number(found);
}
