import type { ServerResponse } from 'node:http';
import type { FarRecord } from './far-record.ts';

/** Stands in for DingTalk's API: takes everything, limits nothing, and notes which question a card or a message answers. */
export class FarDingtalk {
  /** Where its long connections are taken. */
  linesUrl = '';
  readonly #record: FarRecord;

  constructor(record: FarRecord) {
    this.#record = record;
  }

  handle(response: ServerResponse, path: string, body: string): void {
    this.#record.calls += 1;
    const text = JSON.stringify(this.#answer(path, body));
    response
      .writeHead(200, { 'content-type': 'application/json;charset=utf-8', 'content-length': Buffer.byteLength(text) })
      .end(text);
  }

  #answer(path: string, body: string): object {
    if (path === '/v1.0/oauth2/accessToken') return { accessToken: 'bench-token', expireIn: 7200 };
    if (path === '/v1.0/gateway/connections/open')
      return { endpoint: `${this.linesUrl}/dingtalk`, ticket: 'bench-ticket' };
    this.#note(body);
    if (path === '/v1.0/card/instances/createAndDeliver')
      return { success: true, result: { deliverResults: [{ success: true, spaceType: 'IM_ROBOT', carrierId: 'b' }] } };
    if (path.startsWith('/v1.0/robot/'))
      return { processQueryKey: 'bench', invalidStaffIdList: [], flowControlledStaffIdList: [] };
    return { success: true };
  }

  #note(body: string): void {
    // The words of an answer name their question; a card whose wheel still turns has none.
    const number = Number(/Answer to Question (\d+)/.exec(body)?.[1] ?? -1);
    if (number < 0) return;
    const flow = /"flowStatus":"(\d)"/.exec(body)?.[1];
    if (flow !== undefined) this.#record.of(number).isStreaming = flow !== WHOLE;
    this.#record.shown(number, body);
  }
}

/** What a card of the vendor's public template says of itself when nothing follows. */
const WHOLE = '3';
