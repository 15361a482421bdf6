import { createHash } from 'node:crypto';

/** The made-up AI bot of the bench. */
export const WECOM_BOT = { botId: 'aibench0000000000000000001', secret: 'bench-bot-secret' } as const;

/** The n-th message of a run as it comes over the bot's long connection: `Question <n>`, by the member `n % chats`. */
export function wecomBotFrame(number: number, chats: number): Buffer {
  const message = {
    msgid: createHash('md5').update(String(number)).digest('hex'),
    aibotid: WECOM_BOT.botId,
    chattype: 'single',
    from: { userid: `member${number % chats}` },
    create_time: Math.floor(Date.now() / 1000),
    msgtype: 'text',
    text: { content: `Question ${number}` },
  };
  const frame = { cmd: 'aibot_msg_callback', headers: { req_id: `bench-${number}` }, body: message };
  return Buffer.from(JSON.stringify(frame));
}

interface Said {
  readonly headers: { readonly req_id: string };
  readonly body?: { readonly stream?: { readonly finish?: boolean; readonly content?: string } };
}

/** What the bot has sent: what it is answered, and the question whose answer is whole with it. */
export function wecomBotHeard(text: string): { readonly answer: string; readonly answered?: number } {
  const { headers, body } = JSON.parse(text) as Said;
  const answer = JSON.stringify({ headers, errcode: 0, errmsg: 'ok' });
  const { finish = false, content = '' } = body?.stream ?? {};
  const number = finish ? /Answer to Question (\d+)/.exec(content)?.[1] : undefined;
  return { answer, ...(number !== undefined && { answered: Number(number) }) };
}
