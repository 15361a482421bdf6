import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Words } from './contract.ts';
import type { DifyStandIn, Exchange, Watch } from './dify/index.ts';
import { type FaultTable, faultsOfCalls } from './faults.ts';
import { sendJson } from './http.ts';
import type { WireLine, WireLog } from './wire.ts';

/** The path under which the stand-in of Dify is reached: its base URL is `http://host:port/dify/v1`. */
export const DIFY_PREFIX = '/dify';

/** Writes the stand-in's exchanges into the wire log. */
export function difyWatch(wire: WireLog): Watch {
  const lines = new Map<number, WireLine>();
  return {
    request(exchange) {
      const line = wire.begin(() => ({
        side: 'dify',
        direction: 'in',
        transport: exchange.path.startsWith('/v1') && isStreamed(exchange) ? 'sse' : 'http',
        method: exchange.method,
        path: DIFY_PREFIX + exchange.path,
        title: titleOf(exchange),
        headers: headersOf(exchange),
        body: exchange.body,
        explanation: keyWords(exchange),
      }));
      if (line !== undefined) lines.set(exchange.id, line);
    },
    frame(exchange, text) {
      lines.get(exchange.id)?.frame('out', eventName(text), text);
    },
    response(exchange, status, body) {
      lines.get(exchange.id)?.end({ status: status === 0 ? -1 : status, body });
      lines.delete(exchange.id);
    },
  };
}

function isStreamed(exchange: Exchange): boolean {
  return Buffer.from(exchange.body.buffer, exchange.body.byteOffset, exchange.body.byteLength).includes('"streaming"');
}

function headersOf(exchange: Exchange): Record<string, string> {
  return Object.fromEntries(Object.entries(exchange.headers).map(([name, value]) => [name, String(value)]));
}

function keyWords({ app }: Exchange): Words[] {
  if (app === undefined) return [{ zh: '没有可识别的应用密钥。', en: 'No known app key.' }];
  return [{ zh: '应用密钥有效。', en: 'The app key is known.' }];
}

function eventName(frame: string): string {
  return /"event":\s*"([^"]+)"/.exec(frame)?.[1] ?? frame.slice(0, 20).trim();
}

const TITLES: readonly (readonly [end: RegExp, words: Words])[] = [
  [/\/stop$/, { zh: '停止回答', en: 'stop an answer' }],
  [/\/chat-messages$/, { zh: '向应用提问', en: 'ask the app' }],
  [/\/completion-messages$/, { zh: '文本生成', en: 'ask for a completion' }],
  [/\/workflows\/run$/, { zh: '运行工作流', en: 'run a workflow' }],
  [/\/feedbacks$/, { zh: '反馈', en: 'feedback' }],
  [/\/suggested$/, { zh: '取建议问题', en: 'fetch suggested questions' }],
  [/\/files\/upload$/, { zh: '上传文件', en: 'upload a file' }],
  [/\/parameters$/, { zh: '取应用参数', en: 'read the app’s parameters' }],
  [/\/messages$/, { zh: '取历史消息', en: 'read earlier messages' }],
];

function titleOf({ path }: Exchange): Words {
  const plain = path.split('?')[0] ?? '';
  return TITLES.find(([end]) => end.test(plain))?.[1] ?? { zh: '调用 Dify', en: 'call of Dify' };
}

/** Answers one request below {@link DIFY_PREFIX}, or fails it when a fault was ordered. */
export async function handleDify(
  dify: DifyStandIn,
  faults: FaultTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').slice(DIFY_PREFIX.length);
  const fault = faults.strike(faultsOfCalls, { side: 'dify', path });
  if (fault === undefined) {
    request.url = path;
    return dify.handle(request, response);
  }
  request.resume();
  switch (fault.kind) {
    case 'throttle':
      return sendJson(response, 429, { code: 'too_many_requests', message: 'Too many requests', status: 429 });
    case 'expired-token':
      return sendJson(response, 401, { code: 'unauthorized', message: 'Access token is invalid', status: 401 });
    case 'server-error':
      return sendJson(response, 500, { code: 'internal_server_error', message: 'Internal Server Error', status: 500 });
    case 'hang':
      return;
    default:
      response.destroy();
  }
}
