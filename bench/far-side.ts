/** The far side of the wire, as cheap as it can be: what answers for the platforms and for Dify while somebody is measured. */
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNewsServer, type Socket } from 'node:net';
import { type AnswerPlan, FarDify } from './far-dify.ts';
import { FarDingtalk } from './far-dingtalk.ts';
import { FarFeishu } from './far-feishu.ts';
import { FarRecord, type Seen } from './far-record.ts';
import { FarWecom } from './far-wecom.ts';
import { serve } from './program.ts';

const record = new FarRecord();
const feishu = new FarFeishu(record);
const wecom = new FarWecom(record);
const dingtalk = new FarDingtalk(record);
const dify = new FarDify(record);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const url = request.url ?? '';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const body = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8');
    if (path.startsWith('/v1/')) dify.handle(request, response, path, body);
    else if (path.startsWith('/v1.0/')) dingtalk.handle(response, path, body);
    else if (path.startsWith('/cgi-bin/')) wecom.handle(response, path, body);
    else feishu.handle(request, response, path, body);
  });
});

/** Tells the load generator which messages are answered, as it happens: their numbers, four bytes each. */
const listeners = new Set<Socket>();
const news = createNewsServer((socket) => {
  socket.setNoDelay(true);
  listeners.add(socket);
  socket.on('close', () => listeners.delete(socket));
  socket.on('error', () => listeners.delete(socket));
});
let fresh: number[] = [];
record.onAnswered = (number) => {
  if (fresh.length === 0) setImmediate(tell);
  fresh.push(number);
};

function tell(): void {
  const bytes = Buffer.alloc(fresh.length * 4);
  fresh.forEach((number, index) => bytes.writeUInt32LE(number, index * 4));
  fresh = [];
  for (const socket of listeners) socket.write(bytes);
}

const HANDLERS = {
  /** @param linesUrl - Where the load generator takes the vendors' long connections. */
  async start(linesUrl: string): Promise<{ url: string; newsPort: number }> {
    feishu.linesUrl = linesUrl;
    dingtalk.linesUrl = linesUrl;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => news.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, newsPort: (news.address() as AddressInfo).port };
  },
  plan(plan: AnswerPlan): void {
    dify.plan = plan;
  },
  hold: () => dify.hold(),
  release: () => dify.release(),
  clear: () => record.clear(),
  counts: () => ({ calls: record.calls, asks: record.asks }),
  busiest: () => feishu.busiest(),
  seen: (): [number, Seen][] => [...record.seen],
};
export type FarSide = typeof HANDLERS;
serve(HANDLERS);
