import { createHash, createHmac } from 'node:crypto';
import type { SignedDelivery } from './deliveries.ts';

/** The made-up app of the bench. */
export const DINGTALK_APP = {
  clientId: 'dingbench00000000001',
  clientSecret: 'bench-dingtalk-secret',
  /** Under which presses of cards would come over HTTP; with it cards have their buttons there, as by Stream. */
  cardRouteKey: 'bench-route',
  cardSecret: 'bench-card-secret',
} as const;

const CORP = 'dingbenchcorp01';
/** How long the vendor takes answers at the address that comes with a message. */
const ADDRESS_LIVES_MS = 5_400_000;

/** The n-th message of a run as DingTalk's servers would send it to a robot's address: `Question <n>`, by the employee `n % chats`. */
export function dingtalkDelivery(number: number, chats: number): SignedDelivery {
  const timestamp = String(Date.now());
  const sign = createHmac('sha256', DINGTALK_APP.clientSecret)
    .update(`${timestamp}\n${DINGTALK_APP.clientSecret}`)
    .digest('base64');
  return {
    headers: { 'content-type': 'application/json; charset=utf-8', timestamp, sign },
    body: Buffer.from(message(number, number % chats)),
  };
}

/** The same message as it comes over the long connection; the frame has the message's number for its name. */
export function dingtalkFrame(number: number, chats: number): Buffer {
  const frame = {
    specVersion: '1.0',
    type: 'CALLBACK',
    headers: {
      appId: 'bench',
      connectionId: 'bench',
      contentType: 'application/json',
      messageId: String(number),
      time: String(Date.now()),
      topic: '/v1.0/im/bot/messages/get',
    },
    data: message(number, number % chats),
  };
  return Buffer.from(JSON.stringify(frame));
}

/** The vendor asks now and then whether anybody is there. */
export const DINGTALK_PING = JSON.stringify({
  specVersion: '1.0',
  type: 'SYSTEM',
  headers: { topic: 'ping', messageId: 'ping', contentType: 'application/json' },
  data: '{"opaque":"bench"}',
});

/** The number of the frame that an answer takes for delivered; undefined where it is another answer. */
export function dingtalkTaken(answer: string): number | undefined {
  const { code, headers } = JSON.parse(answer) as { code: number; headers: { messageId: string } };
  const number = Number(headers.messageId);
  return code === 200 && Number.isInteger(number) ? number : undefined;
}

function message(number: number, employee: number): string {
  const now = Date.now();
  const own = `cidBench${String(employee).padStart(8, '0')}Q1w2E3r4==`;
  return JSON.stringify({
    conversationId: own,
    conversationType: '1',
    msgId: messageId(number),
    msgtype: 'text',
    text: { content: `Question ${number}` },
    chatbotCorpId: CORP,
    chatbotUserId: '$:LWCP_v1:$benchRobot',
    senderId: `$:LWCP_v1:$bench${employee}`,
    senderNick: `Bench ${employee}`,
    senderStaffId: `staff${employee}`,
    senderCorpId: CORP,
    isAdmin: false,
    sessionWebhook: `https://oapi.dingtalk.com/robot/sendBySession?session=bench${number}`,
    sessionWebhookExpiredTime: now + ADDRESS_LIVES_MS,
    createAt: now,
    robotCode: DINGTALK_APP.clientId,
    senderPlatform: 'Win',
    openThreadId: own,
  });
}

/** Scattered, as the vendor's are. */
function messageId(number: number): string {
  return `msg${createHash('md5').update(String(number)).digest('base64')}`;
}
