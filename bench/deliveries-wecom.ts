import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { SignedDelivery } from './deliveries.ts';

/** The made-up company of the bench and its app. */
export const WECOM_APP = {
  corpId: 'ww5be4c0000000001',
  agentId: 1_000_002,
  secret: 'bench-wecom-secret',
  token: 'benchWecomToken',
  encodingAesKey: 'f2wt1XJO7LSFt4oaGYHoozeGDPd8oiF4fcD8V8KdPS8',
} as const;

const KEY = Buffer.from(`${WECOM_APP.encodingAesKey}=`, 'base64');
/** Of the padding: WeCom pads to 32 bytes, the cipher knows 16. */
const BLOCK = 32;

/** The n-th message of a run as WeCom's servers would send it: `Question <n>`, by the member `n % chats`. */
export function wecomDelivery(number: number, chats: number): SignedDelivery {
  const now = Date.now();
  const encrypted = encrypt(message(number, number % chats, now));
  const timestamp = String(Math.floor(now / 1000));
  const nonce = `${number}${now % 100_000}`;
  const signature = createHash('sha1')
    .update([WECOM_APP.token, timestamp, nonce, encrypted].toSorted().join(''))
    .digest('hex');
  return {
    query: `?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: Buffer.from(
      `<xml><ToUserName><![CDATA[${WECOM_APP.corpId}]]></ToUserName><AgentID><![CDATA[${WECOM_APP.agentId}]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    ),
  };
}

function message(number: number, member: number, now: number): string {
  const fields = {
    ToUserName: WECOM_APP.corpId,
    FromUserName: `member${member}`,
    CreateTime: String(Math.floor(now / 1000)),
    MsgType: 'text',
    Content: `Question ${number}`,
    MsgId: messageId(number),
    AgentID: String(WECOM_APP.agentId),
  };
  const inside = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return `<xml>${inside.join('')}</xml>`;
}

/** 64 bits, scattered as the vendor's are. */
function messageId(number: number): string {
  const scatter = createHash('md5').update(String(number)).digest().readUInt32BE();
  return `7${String(scatter).padStart(10, '0')}${String(number).padStart(8, '0')}`;
}

function encrypt(text: string): string {
  const words = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(words.length);
  const plain = Buffer.concat([randomBytes(16), length, words, Buffer.from(WECOM_APP.corpId)]);
  const pad = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', KEY, KEY.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}
