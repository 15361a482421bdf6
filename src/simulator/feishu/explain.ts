import type { IncomingMessage } from 'node:http';
import type { Words } from '../contract.ts';
import { FeishuRefusal } from './errors.ts';
import type { FeishuWorld } from './world.ts';

/** What can be said of a call before it is answered: whose it is, and by which token. */
export function explainCall(
  world: FeishuWorld,
  request: IncomingMessage,
): { readonly app?: string; readonly title: Words; readonly explanation: readonly Words[] } {
  const title = titleOf(request);
  const { authorization } = request.headers;
  if (authorization === undefined) return { title, explanation: [] };
  try {
    const app = world.tokens.check(authorization);
    const seconds = world.tokens.secondsLeft(authorization);
    const zh = `Bearer 是应用 ${app.name}（${app.id}）的 tenant_access_token，还有 ${seconds} 秒有效。`;
    const en = `The bearer is a tenant_access_token of ${app.name} (${app.id}), valid for ${seconds} s more.`;
    return { app: app.id, title, explanation: [{ zh, en }] };
  } catch (error) {
    if (!(error instanceof FeishuRefusal)) throw error;
    return {
      title,
      explanation: [{ zh: `令牌不被接受：${error.code}。`, en: `The token is not accepted: ${error.code}.` }],
    };
  }
}

/** By how the path ends; the first that fits. */
const TITLES: readonly (readonly [method: string, end: RegExp, words: Words])[] = [
  ['POST', /tenant_access_token\/internal$/, { zh: '取令牌', en: 'fetch a token' }],
  ['POST', /\/messages$/, { zh: '发送消息', en: 'send a message' }],
  ['POST', /\/reply$/, { zh: '回复消息', en: 'reply to a message' }],
  ['PUT', /\/messages\/[^/]+$/, { zh: '编辑消息', en: 'edit a message' }],
  ['PATCH', /\/messages\/[^/]+$/, { zh: '更新卡片消息', en: 'update a card message' }],
  ['DELETE', /\/messages\/[^/]+$/, { zh: '撤回消息', en: 'recall a message' }],
  ['GET', /\/messages\/[^/]+$/, { zh: '读取消息', en: 'read a message' }],
  ['POST', /\/push_follow_up$/, { zh: '推送追问气泡', en: 'push follow-up questions' }],
  ['POST', /\/reactions$/, { zh: '添加表情', en: 'add a reaction' }],
  ['GET', /\/resources\/[^/]+$/, { zh: '下载消息中的文件', en: 'download a file of a message' }],
  ['POST', /\/images$/, { zh: '上传图片', en: 'upload an image' }],
  ['POST', /\/files$/, { zh: '上传文件', en: 'upload a file' }],
  ['POST', /\/cardkit\/v1\/cards$/, { zh: '创建卡片实体', en: 'create a card entity' }],
  ['PUT', /\/content$/, { zh: '流式更新文本', en: 'stream text into a card' }],
  ['PATCH', /\/settings$/, { zh: '更新卡片配置', en: 'change a card’s settings' }],
  ['POST', /\/batch_update$/, { zh: '批量更新卡片', en: 'update a card in a batch' }],
  ['PUT', /\/cards\/[^/]+$/, { zh: '全量更新卡片', en: 'replace a card' }],
  ['GET', /\/bot\/v3\/info$/, { zh: '读取机器人信息', en: 'read the bot’s info' }],
  ['GET', /\/users\/[^/]+$/, { zh: '读取用户信息', en: 'read a person’s record' }],
];

function titleOf(request: IncomingMessage): Words {
  const path = request.url?.split('?')[0] ?? '';
  const found = TITLES.find(([method, end]) => method === request.method && end.test(path));
  return found?.[2] ?? { zh: '调用接口', en: 'call of the API' };
}
