import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Vendor } from './deliveries.ts';
import { DINGTALK_PING, dingtalkTaken } from './deliveries-dingtalk.ts';
import { wecomBotHeard } from './deliveries-wecom-bot.ts';
import { feishuHeard } from './frames-feishu.ts';

/** The vendors that also bring their messages over a connection which the gateway opens. */
export type LineVendor = Exclude<Vendor, 'wecom'>;

/** How often DingTalk asks whether the gateway is still there; Feishu lets it say so by itself. */
const PING_MS = 20_000;

/** The vendors' ends of long connections: delivers over the newest connection of a vendor, and hears what was taken. */
export class FarLines {
  readonly #lines = new Map<string, PromiseWithResolvers<WebSocket>>();
  readonly #waiting = new Map<number, () => void>();
  readonly #onAnswered: (number: number) => void;

  /** @param onAnswered - Told of answers that come over the connection itself. */
  constructor(onAnswered: (number: number) => void) {
    this.#onAnswered = onAnswered;
  }

  /** @returns Where the connections are taken, each under its vendor's name. */
  async listen(): Promise<string> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket, request) => {
      const vendor = /^\/([\w-]+)/.exec(request.url ?? '')?.[1] as LineVendor;
      socket.on('message', (data: Buffer) => this.#heard(vendor, data, socket));
      socket.on('error', () => socket.terminate());
      const ping = setInterval(() => vendor === 'dingtalk' && socket.send(DINGTALK_PING), PING_MS);
      socket.on('close', () => {
        clearInterval(ping);
        this.#lines.delete(vendor);
      });
      this.#line(vendor).resolve(socket);
    });
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Resolves when the gateway is connected. */
  async opened(vendor: LineVendor): Promise<void> {
    await this.#line(vendor).promise;
  }

  /** Resolves when the gateway has acknowledged it; at once for the AI bot of WeCom, which never does. */
  async deliver(vendor: LineVendor, number: number, frame: Buffer): Promise<void> {
    const line = await this.#line(vendor).promise;
    const taken = new Promise<void>((resolve) => this.#waiting.set(number, resolve));
    line.send(frame, { binary: vendor === 'feishu' });
    if (vendor === 'wecom-bot') this.#taken(number);
    await taken;
  }

  #line(vendor: string): PromiseWithResolvers<WebSocket> {
    const known = this.#lines.get(vendor);
    if (known) return known;
    const fresh = Promise.withResolvers<WebSocket>();
    this.#lines.set(vendor, fresh);
    return fresh;
  }

  #heard(vendor: LineVendor, data: Buffer, socket: WebSocket): void {
    const { taken, answer, answered }: Heard = HEARD[vendor](data);
    if (answer !== undefined) socket.send(answer);
    if (taken !== undefined) this.#taken(taken);
    if (answered !== undefined) this.#onAnswered(answered);
  }

  #taken(number: number): void {
    this.#waiting.get(number)?.();
    this.#waiting.delete(number);
  }
}

/** What a message of the gateway's comes to. */
interface Heard {
  /** The delivery that it acknowledges. */
  readonly taken?: number | undefined;
  /** What the vendor says to it. */
  readonly answer?: Buffer | string;
  /** The question that it answers. */
  readonly answered?: number;
}

const HEARD: Readonly<Record<LineVendor, (data: Buffer) => Heard>> = {
  feishu: feishuHeard,
  'wecom-bot': (data) => wecomBotHeard(data.toString('utf8')),
  dingtalk: (data) => ({ taken: dingtalkTaken(data.toString('utf8')) }),
};
