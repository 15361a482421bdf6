/**
 * The bot that the vendor's own SDK makes of a few lines: its dispatcher behind `node:http`, its client for the answer, `fetch` for Dify. It stores
 * nothing and forgets everything when it ends, as the floor does.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adaptDefault, Client, EventDispatcher, LoggerLevel } from '@larksuiteoapi/node-sdk';
import { APP } from './deliveries.ts';
import { serve } from './program.ts';

let far = '';

async function ask(query: string, user: string): Promise<string> {
  const response = await fetch(`${far}/v1/chat-messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer app-bench', 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: {}, query, user, response_mode: 'streaming' }),
  });
  let said = '';
  for (const block of (await response.text()).split('\n\n')) {
    if (!block.startsWith('data: ')) continue;
    const event = JSON.parse(block.slice(6)) as { event: string; answer?: string };
    if (event.event === 'message') said += event.answer;
  }
  return said;
}

const HANDLERS = {
  /** Answers the webhook's address. */
  async start(farUrl: string): Promise<string> {
    far = farUrl;
    const { appId, appSecret, encryptKey, verificationToken } = APP;
    const client = new Client({ appId, appSecret, domain: far, loggerLevel: LoggerLevel.error });
    const dispatcher = new EventDispatcher({ encryptKey, verificationToken, loggerLevel: LoggerLevel.error }).register({
      'im.message.receive_v1': ({ message, sender }) => {
        // Not waited for: the vendor sends again what is not acknowledged within three seconds.
        void (async () => {
          const { text } = JSON.parse(message.content) as { text: string };
          const content = JSON.stringify({ text: await ask(text, sender.sender_id?.open_id ?? '') });
          const data = { msg_type: 'text', content, uuid: message.message_id };
          await client.im.v1.message.reply({ path: { message_id: message.message_id }, data });
        })().catch((error: unknown) => console.error('sdk:', error));
      },
    });
    const server = createServer(adaptDefault('/webhook/feishu', dispatcher));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/feishu`;
  },
};
export type SdkBot = typeof HANDLERS;
serve(HANDLERS);
