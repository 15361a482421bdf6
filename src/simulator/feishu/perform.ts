import type { SimAction, SimActionResult } from '../contract.ts';
import { mustFind } from '../must-find.ts';
import { written } from '../page-actions.ts';
import { isStaffAction, performStaff } from '../staff.ts';
import type { Hands, Place } from './hands.ts';
import type { FeishuMessage } from './model.ts';
import { type PressResult, press } from './press.ts';
import { sendForgery } from './send-forgery.ts';
import { tellContacts } from './tell-contacts.ts';
import { chatView } from './view.ts';
import type { FeishuWorld } from './world.ts';

/** What people do, as the page orders it. */
export function createPerformer(world: FeishuWorld, hands: Hands): (action: SimAction) => Promise<SimActionResult> {
  const chatChanged = (id: string): void => {
    const chat = world.chats.find(id);
    if (chat !== undefined) world.shared.bus.emit({ type: 'chat-changed', chat: chatView(world, chat) });
  };
  return async (action) => {
    if (isStaffAction(action)) return performStaff(world.staff, action, (change) => tellContacts(world, change));
    const { person } = action;
    switch (action.type) {
      case 'send-text':
        return written(hands.say({ ...placeOf(action), text: action.text }));
      case 'send-post':
        return written(
          hands.sendPost({ ...placeOf(action), title: action.title ?? '', paragraphs: action.paragraphs }),
        );
      case 'send-image':
      case 'send-file':
      case 'send-video':
      case 'send-audio':
        return written(
          hands.sendFile({
            ...placeOf(action),
            kind: FILE_KINDS[action.type],
            resource: action.resource,
            durationMs: action.durationMs,
          }),
        );
      case 'send-sticker':
        return written(hands.write(placeOf(action), { type: 'sticker', content: '{"file_key":"sticker_demo"}' }));
      case 'send-forward':
        return written(hands.forward({ ...placeOf(action), messages: action.messages }));
      case 'edit':
        hands.edit(action.message, action.text);
        return { ok: true, message: action.message };
      case 'recall':
        void hands.recall(action.message);
        return { ok: true, message: action.message };
      case 'react':
      case 'unreact':
        void hands[action.type](person, action.message, action.emoji);
        return { ok: true, message: action.message };
      case 'read':
        void hands.read(person, action.message);
        return { ok: true, message: action.message };
      case 'press':
        return pressed(
          world,
          person,
          find(world, action.message),
          await press(world, find(world, action.message), person, action),
        );
      case 'follow-up': {
        const message = find(world, action.message);
        return written(hands.say({ from: person, chat: message.chat.id, text: message.followUps[action.index] ?? '' }));
      }
      case 'enter':
        return { ok: true, chat: hands.enter(person, action.app).chatId };
      case 'menu':
        void hands.chooseMenu(person, action.key, action.app);
        return { ok: true };
      case 'add-bot':
      case 'remove-bot':
        void hands[action.type === 'add-bot' ? 'addBot' : 'removeBot'](person, action.chat, action.app);
        chatChanged(action.chat);
        return { ok: true, chat: action.chat };
      case 'create-group': {
        const { name, people, bots, topics } = action;
        const chat = world.chats.addGroup({ name, people: [person, ...people], bots: [], topics: topics ?? false });
        for (const app of bots) void hands.addBot(person, chat.id, app);
        chatChanged(chat.id);
        return { ok: true, chat: chat.id };
      }
      case 'redeliver':
        void hands.redeliver(action.message);
        return { ok: true, message: action.message };
      case 'approval':
        if (action.act === 'withdraw') hands.withdrawApproval(person, action.approval);
        else hands.decideApproval(person, action.approval, action.act === 'approve', action.remark);
        return { ok: true };
      case 'forge': {
        const { app, chat, variant, text } = action;
        const place = { from: person, app, chat, variant, ...(text === undefined ? {} : { text }) };
        return { ok: true, ...(await sendForgery(world, place)) };
      }
      default:
        return action satisfies never;
    }
  };
}

const FILE_KINDS = {
  'send-image': 'image',
  'send-file': 'file',
  'send-video': 'media',
  'send-audio': 'audio',
} as const;

function placeOf(action: Extract<SimAction, { chat: string; type: `send-${string}` }>): Place {
  const { person, chat, replyTo, thread, inThread } = action;
  return { from: person, chat, replyTo, thread, inThread };
}

function find(world: FeishuWorld, id: string): FeishuMessage {
  return mustFind(world.messages.find(id), 'message', id);
}

/** What the vendor's client shows for each number. */
const PRESS_FAILURES: Readonly<Record<number, readonly [zh: string, en: string]>> = {
  200340: ['应用没有配置卡片回调', 'the app has no card callback'],
  200341: ['应用没有在 3 秒内应答', 'the app did not answer within 3 seconds'],
  200342: ['连接不上应用的回调地址', 'no connection to the app’s callback address'],
  200343: ['找不到回调地址的主机', 'the callback address’s host was not found'],
  200530: ['表单里有组件没有 name', 'an item of the form has no name'],
  200671: ['应用的应答不是 200', 'the app did not answer 200'],
  200672: ['应用的应答格式不对', 'the app’s answer has a wrong form'],
  200673: ['应用返回的卡片不对', 'the card that the app returned is wrong'],
};

function pressed(world: FeishuWorld, person: string, message: FeishuMessage, result: PressResult): SimActionResult {
  const { toast, ms, code } = result;
  const { bus } = world.shared;
  if (code === 0) {
    if (toast === undefined) return { ok: true, message: message.id, ms };
    bus.emit({ type: 'toast', platform: 'feishu', person, message: message.id, toast });
    return { ok: true, message: message.id, ms, toast };
  }
  const [zh, en] = PRESS_FAILURES[code] ?? ['出错了', 'something went wrong'];
  const text = `${zh} / ${en} (${code})`;
  bus.emit({ type: 'toast', platform: 'feishu', person, message: message.id, toast: { kind: 'error', text } });
  return { ok: false, error: { code: String(code), text: { zh: `${zh}（${code}）`, en: `${en} (${code})` } } };
}
