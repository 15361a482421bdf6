import type { SimClock } from '../clock.ts';
import type { Words } from '../contract.ts';
import type { Tried } from '../deliveries.ts';
import type { FaultTable } from '../faults.ts';
import {
  endPush,
  type Outgoing,
  type OutgoingAnswer,
  type OutgoingFailure,
  type OutgoingRequest,
} from '../outgoing.ts';
import type { Waits } from '../waits.ts';
import type { WireLine, WireLog } from '../wire.ts';
import type { FeishuApp } from './apps.ts';
import type { FeishuEvent } from './events.ts';
import type { FeishuLimits } from './limits.ts';
import type { Recorder } from './record.ts';
import type { SocketAnswer, SocketHub } from './socket-hub.ts';
import { explainSeal, seal } from './webhook.ts';

/** What a delivery goes through. */
export interface Line {
  readonly clock: SimClock;
  readonly limits: FeishuLimits;
  readonly waits: Waits;
  readonly webhooks: Outgoing;
  readonly hub: SocketHub;
  readonly wire: WireLog;
  readonly faults: FaultTable;
  readonly recorder: Recorder;
  /** The last request to each app, as somebody who listens in would have it. */
  readonly recordings: Map<string, OutgoingRequest>;
}

/** Delivers once, by the way the app has chosen, and writes it down. An ack is HTTP 200 in time, or code 200 in its frame. */
export async function attempt(
  line: Line,
  app: FeishuApp,
  event: FeishuEvent,
  plain: string,
  tries: number,
): Promise<Tried> {
  const { clock } = line;
  const sentAt = clock.now();
  const answer =
    app.mode === 'socket'
      ? await sendFrame(line, app, event, plain, tries)
      : await sendRequest(line, app, event, plain, tries);
  const ackMs = clock.now() - sentAt;
  const status = statusOf(answer);
  line.recorder.delivered({
    appId: app.id,
    via: app.mode,
    eventType: event.type,
    eventId: event.id,
    ...(event.message === undefined ? {} : { messageId: event.message.id }),
    ...(event.chat === undefined ? {} : { chatId: event.chat }),
    attempt: tries,
    sentAt,
    ackMs,
    status,
    ok: status === 200,
    ...(answer.ok ? {} : { failed: answer.failed }),
  });
  return { ok: status === 200, attempts: tries, status, ackMs };
}

function statusOf(answer: OutgoingAnswer | SocketAnswer): number {
  if (!answer.ok) return 0;
  return 'status' in answer ? answer.status : answer.code;
}

async function sendRequest(
  line: Line,
  app: FeishuApp,
  event: FeishuEvent,
  plain: string,
  tries: number,
): Promise<OutgoingAnswer> {
  const request = seal(app, plain, line.clock.now());
  const entry = beginPush(line.wire, app, request, {
    title: titleOf(event.type, tries),
    plain,
    message: event.message?.id,
  });
  line.recordings.set(app.id, request);
  const answer = await line.webhooks.post(app.webhookUrl, request, line.limits.ackMs);
  endPush(entry, answer, PUSH_FAILURES);
  return answer;
}

async function sendFrame(
  line: Line,
  app: FeishuApp,
  event: FeishuEvent,
  plain: string,
  tries: number,
): Promise<SocketAnswer> {
  const entry = beginFrame(line.wire, app, 'event', plain, titleOf(event.type, tries), event.message?.id);
  const answer = await line.hub.send(app, 'event', plain, line.limits.ackMs);
  endFrame(entry, answer);
  return answer;
}

export function titleOf(type: string, tries: number): Words {
  if (tries === 1) return { zh: `事件 ${type}`, en: `event ${type}` };
  return { zh: `事件 ${type}，第 ${tries} 次`, en: `event ${type}, try ${tries}` };
}

export function beginPush(
  wire: WireLog,
  app: FeishuApp,
  request: OutgoingRequest,
  about: { readonly title: Words; readonly plain: string; readonly message?: string | undefined },
): WireLine | undefined {
  return wire.begin(() => ({
    side: 'feishu',
    app: app.id,
    direction: 'out',
    transport: 'http',
    method: 'POST',
    path: app.webhookUrl === undefined ? '(no address)' : pathOf(app.webhookUrl),
    title: about.title,
    headers: request.headers,
    body: request.body,
    ...(app.encryptKey === '' ? {} : { plain: about.plain }),
    message: about.message,
    explanation: explainSeal(app),
  }));
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

export const PUSH_FAILURES: Readonly<Record<OutgoingFailure, Words>> = {
  'no-address': { zh: '应用没有设置请求地址。', en: 'The app has no request address.' },
  connect: { zh: '连接不上请求地址。', en: 'No connection to the request address.' },
  name: { zh: '请求地址的主机名解析不了。', en: 'The host of the request address cannot be found.' },
  timeout: { zh: '没有在时限内应答。', en: 'No answer within the time allowed.' },
  broken: { zh: '连接中途断了。', en: 'The line broke before the answer.' },
};

const FRAME_FAILURES: Readonly<Record<(SocketAnswer & { ok: false })['failed'], Words>> = {
  timeout: PUSH_FAILURES.timeout,
  'no-connection': { zh: '没有在线的长连接。', en: 'No long connection is online.' },
  closed: { zh: '长连接在应答前断开了。', en: 'The long connection closed before the ack.' },
};

export function beginFrame(
  wire: WireLog,
  app: FeishuApp,
  type: string,
  payload: string,
  title: Words,
  message: string | undefined,
): WireLine | undefined {
  return wire.begin(() => ({
    side: 'feishu',
    app: app.id,
    direction: 'out',
    transport: 'websocket',
    method: type,
    path: '/ws/v2',
    title,
    body: payload,
    message,
    explanation: [
      {
        zh: '长连接上的内容既不加密也不签名：连接本身已用应用密钥认证。',
        en: 'On the long connection nothing is encrypted or signed: the connection itself was authenticated with the app secret.',
      },
    ],
  }));
}

export function endFrame(entry: WireLine | undefined, answer: SocketAnswer): void {
  if (entry === undefined) return;
  if (answer.ok) {
    entry.frame('in', 'ack', answer.raw);
    return entry.end({ status: answer.code, body: answer.data ?? '' });
  }
  entry.explain(FRAME_FAILURES[answer.failed]);
  entry.end({ status: -1 });
}
