import type { ServerResponse } from 'node:http';
import type { FarRecord } from './far-record.ts';

/** Stands in for WeCom's API: takes everything, limits nothing, and notes which question a message answers. */
export class FarWecom {
  readonly #record: FarRecord;
  #last = 0;

  constructor(record: FarRecord) {
    this.#record = record;
  }

  handle(response: ServerResponse, path: string, body: string): void {
    this.#record.calls += 1;
    const text = JSON.stringify({ errcode: 0, errmsg: 'ok', ...this.#answer(path, body) });
    response
      .writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': Buffer.byteLength(text) })
      .end(text);
  }

  #answer(path: string, body: string): object {
    if (path === '/cgi-bin/gettoken') return { access_token: 'bench-token', expires_in: 7200 };
    if (path !== '/cgi-bin/message/send') return {};
    // The words of an answer name their question; nothing else in a message of an app does.
    const number = Number(/Answer to Question (\d+)/.exec(body)?.[1] ?? -1);
    if (number >= 0) this.#record.shown(number, body);
    return { invaliduser: '', msgid: `bench${++this.#last}` };
  }
}
