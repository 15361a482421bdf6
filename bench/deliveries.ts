import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** The made-up app of the bench. */
export const APP = {
  appId: 'cli_be4c000000000001',
  appSecret: 'bench-secret',
  encryptKey: 'bench-encrypt-key',
  verificationToken: 'bench-token',
} as const;

/** Whose servers send. */
export type Vendor = 'feishu' | 'wecom' | 'wecom-bot' | 'dingtalk';

/** A delivery as a vendor's servers would send it. */
export interface SignedDelivery {
  /** What stands behind the path, with its question mark. */
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const KEY = createHash('sha256').update(APP.encryptKey).digest();

/**
 * The n-th message of a run, signed and encrypted: `Question <n>`, in the direct chat `n % chats`.
 *
 * @param chats - How many people ask; as many conversations.
 */
export function delivery(number: number, chats: number): SignedDelivery {
  const now = Date.now();
  const body = Buffer.from(JSON.stringify({ encrypt: encrypt(JSON.stringify(event(number, number % chats, now))) }));
  const timestamp = String(Math.floor(now / 1000));
  const nonce = `n${number}-${now}`;
  const signature = createHash('sha256')
    .update(timestamp + nonce + APP.encryptKey)
    .update(body)
    .digest('hex');
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-lark-request-timestamp': timestamp,
      'x-lark-request-nonce': nonce,
      'x-lark-signature': signature,
    },
    body,
  };
}

function encrypt(text: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', KEY, iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

export function event(number: number, chat: number, now: number): object {
  return {
    schema: '2.0',
    header: {
      event_id: `ev_${number}`,
      event_type: 'im.message.receive_v1',
      create_time: String(now),
      token: APP.verificationToken,
      app_id: APP.appId,
      tenant_key: 'bench',
    },
    event: {
      sender: {
        sender_id: { union_id: `on_${chat}`, user_id: `u${chat}`, open_id: `ou_${chat}` },
        sender_type: 'user',
        tenant_key: 'bench',
      },
      message: {
        message_id: messageId(number),
        create_time: String(now),
        update_time: String(now),
        chat_id: `oc_${chat}`,
        chat_type: 'p2p',
        message_type: 'text',
        content: JSON.stringify({ text: `Question ${number}` }),
      },
    },
  };
}

export function messageId(number: number): string {
  // Scattered, as the vendor's are: ids in a row would find their places in the store's index side by side.
  const scatter = createHash('md5').update(String(number)).digest('hex');
  return `om_${scatter}_q${number}`;
}

/** The number of a message of ours in a path or a body; undefined where there is none. */
export function numberIn(text: string): number | undefined {
  const found = /om_[0-9a-f]+_q(\d+)/.exec(text);
  return found ? Number(found[1]) : undefined;
}
