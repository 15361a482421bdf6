import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One callback as it was received, decrypted by hand. */
export interface ReceivedCallback {
  readonly method: string;
  readonly query: URLSearchParams;
  /** The decrypted message; of a GET, the echo. */
  readonly plain: string;
  readonly receiveId: string;
  /** Whether the signature over all four parts holds. */
  readonly isSigned: boolean;
  /** The plain message as JSON; undefined when it is none. */
  readonly json: BotCallback | undefined;
}

/** What a bot is told, as far as tests look at it. */
export interface BotCallback {
  readonly msgid: string;
  readonly msgtype: string;
  readonly chatid?: string;
  readonly chattype: string;
  readonly response_url?: string;
  readonly text?: { readonly content: string };
  readonly stream?: { readonly id: string };
  readonly image?: { readonly url: string };
  readonly event?: { readonly eventtype: string };
  readonly quote?: unknown;
}

/** What a test answers: nothing for an empty 200, a text to be sealed, or anything by hand. */
export type CallbackAnswer = undefined | string | ((response: ServerResponse) => void);

export interface CallbackServer {
  readonly url: string;
  readonly received: readonly ReceivedCallback[];
  answer: (callback: ReceivedCallback) => CallbackAnswer | Promise<CallbackAnswer>;
  close(): Promise<void>;
}

/** A callback address that decrypts and answers as the vendor's pages say, with code of its own. */
export async function startCallbacks(keys: {
  readonly token: string;
  readonly encodingAesKey: string;
  /** XML replies for apps, JSON for bots. */
  readonly as: 'xml' | 'json';
}): Promise<CallbackServer> {
  const received: ReceivedCallback[] = [];
  const key = Buffer.from(`${keys.encodingAesKey}=`, 'base64');
  const server: Server = createServer((request, response) => {
    void (async () => {
      const query = new URLSearchParams(request.url?.split('?')[1]);
      const body = await text(request);
      const encrypted =
        query.get('echostr') ??
        /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ??
        (JSON.parse(body) as { encrypt: string }).encrypt;
      const opened = open(key, encrypted);
      const expected = sign(keys.token, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypted);
      const callback: ReceivedCallback = {
        method: request.method ?? '',
        query,
        ...opened,
        isSigned: query.get('msg_signature') === expected,
        json: opened.plain.startsWith('{') ? (JSON.parse(opened.plain) as BotCallback) : undefined,
      };
      received.push(callback);
      if (callback.method === 'GET') return void response.end(callback.plain);
      const answer = await callbacks.answer(callback);
      if (typeof answer === 'function') return answer(response);
      response.end(answer === undefined ? '' : sealReply(keys, key, callback, answer));
    })().catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const callbacks: CallbackServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/wecom`,
    received,
    answer: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return callbacks;
}

function open(key: Buffer, encrypted: string): { plain: string; receiveId: string } {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
  const whole = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  const end = 20 + whole.readUInt32BE(16);
  return { plain: whole.subarray(20, end).toString(), receiveId: whole.subarray(end).toString() };
}

function sign(...parts: string[]): string {
  return createHash('sha1').update(parts.sort().join('')).digest('hex');
}

function sealReply(
  keys: { readonly token: string; readonly as: 'xml' | 'json' },
  key: Buffer,
  { receiveId, query }: ReceivedCallback,
  plain: string,
): string {
  const head = Buffer.alloc(20, 'r');
  head.writeUInt32BE(Buffer.byteLength(plain), 16);
  const content = Buffer.concat([head, Buffer.from(plain), Buffer.from(receiveId)]);
  const pad = 32 - (content.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypted = Buffer.concat([cipher.update(content), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]);
  const encrypt = encrypted.toString('base64');
  const timestamp = Math.floor(Date.now() / 1000);
  const nonce = query.get('nonce') ?? '';
  const signature = sign(keys.token, String(timestamp), nonce, encrypt);
  if (keys.as === 'json') return JSON.stringify({ encrypt, msgsignature: signature, timestamp, nonce });
  return `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
}
