import { textAt } from '../../lib/read.ts';
import type { AnySimAction, ForgeVariant, SimAction, SimActionResult } from '../contract.ts';
import { mustFind } from '../must-find.ts';
import { piecesOf, written } from '../page-actions.ts';
import { isStaffAction, performStaff } from '../staff.ts';
import { APPROVAL_TYPE } from './approvals/on-page.ts';
import { forge } from './forge.ts';
import { appOf, chatOf, type Hands, type Place } from './hands.ts';
import type { CardChoice } from './press.ts';
import { messagePush, signedHeaders } from './tell.ts';
import { tellContacts } from './tell-contacts.ts';
import type { DingtalkWorld } from './world.ts';

const FILE_KINDS = {
  'send-image': 'picture',
  'send-file': 'file',
  'send-video': 'video',
  'send-audio': 'audio',
} as const;

/** What people do, as the page orders it. */
export function createPerformer(
  world: DingtalkWorld,
  hands: Hands,
): (action: AnySimAction) => Promise<SimActionResult> {
  return async (action) => {
    if (isStaffAction(action)) return performStaff(world.staff, action, (change) => tellContacts(world, change));
    const { person } = action;
    switch (action.type) {
      case 'send-text':
        return written(hands.say({ ...placeOf(action), text: action.text }));
      case 'send-post':
        return written(hands.sendRich({ ...placeOf(action), parts: piecesOf(action.paragraphs) }));
      case 'send-image':
      case 'send-file':
      case 'send-video':
      case 'send-audio': {
        const { resource, durationMs, type } = action;
        return written(hands.sendFile({ ...placeOf(action), kind: FILE_KINDS[type], resource, durationMs }));
      }
      case 'send-sticker':
        return written(
          hands.sendOther({ ...placeOf(action), type: 'unknownMsgType', content: { unknownMsgType: '表情' } }),
        );
      case 'press': {
        if (actsOnApproval(world, hands, action)) return { ok: true, message: action.message };
        const { ok, told, status, ackMs } = await hands.press(person, action.message, choiceOf(action));
        // Nobody is called by a card that was made without a way to call back: the client shows nothing.
        if (!told) return { ok: true, message: action.message };
        return ok ? { ok: true, message: action.message, status, ms: ackMs } : tooLate(status);
      }
      case 'start-approval':
        hands.startApproval(person, action.form, action.values);
        return { ok: true, chat: world.chats.approvals(person).id };
      case 'menu':
        return written(hands.say({ from: person, to: action.app, text: action.key }));
      case 'enter':
        return { ok: true, chat: chatOf(world, { from: person, to: action.app }).id };
      case 'read':
        void hands.read(person, action.message);
        return { ok: true, message: action.message };
      case 'recall':
        void hands.recall(person, action.message);
        return { ok: true, message: action.message };
      case 'redeliver':
        void hands.redeliver(action.message);
        return { ok: true, message: action.message };
      case 'create-group': {
        const { name, people, bots } = action;
        return { ok: true, chat: world.chats.addGroup({ name, people: [person, ...people], bots }).id };
      }
      case 'add-bot':
      case 'remove-bot': {
        const chat = mustFind(world.chats.find(action.chat), 'chat', action.chat);
        if (action.type === 'add-bot') chat.bots.add(appOf(world, action.app).id);
        else chat.bots.delete(action.app);
        world.teller.chatChanged(chat);
        return { ok: true, chat: chat.id };
      }
      case 'approval': {
        const { act, approval, remark } = action;
        if (act === 'withdraw') hands.withdraw(person, approval, remark);
        else hands.decide(person, approval, act === 'approve' ? 'agree' : 'refuse', remark);
        return { ok: true };
      }
      case 'forge':
        return { ok: true, ...(await forgeMessage(world, { ...action, from: person, to: action.app })) };
      default:
        throw new Error(`DingTalk has no ${action.type}`);
    }
  };
}

/** Whether a press was one on an approval; then it is done. */
function actsOnApproval(world: DingtalkWorld, hands: Hands, action: Extract<SimAction, { type: 'press' }>): boolean {
  const message = world.messages.find(action.message);
  if (message?.type !== APPROVAL_TYPE) return false;
  const { person, inputValue = '' } = action;
  const instance = textAt(message.body, 'instanceId');
  const { actionId } = choiceOf(action);
  if (actionId === 'agree' || actionId === 'refuse') hands.decide(person, instance, actionId, inputValue);
  else if (actionId === 'withdraw') hands.withdraw(person, instance, inputValue);
  else if (actionId === 'remark') hands.remark(person, instance, inputValue);
  else throw new Error(`nothing of an approval is called ${actionId}`);
  return true;
}

/** A message nobody wrote; nothing of it appears in the chat. */
export function forgeMessage(
  world: DingtalkWorld,
  place: Place & { readonly variant: ForgeVariant; readonly text?: string | undefined },
): Promise<{ readonly status: number; readonly ms: number }> {
  const app = appOf(world, place.to);
  const from = { kind: 'person', person: place.from } as const;
  const body = { content: place.text ?? '伪造的消息' };
  const never = world.messages.draft({ chat: chatOf(world, place), from, type: 'text', body });
  return forge(world, { ...messagePush(world, app, never), http: httpOf(world, app.id) }, place.variant);
}

function httpOf(world: DingtalkWorld, id: string) {
  const app = appOf(world, id);
  return { url: app.webhookUrl, headers: () => signedHeaders(world.clock.now(), app.secret) };
}

function placeOf(action: Extract<SimAction, { chat: string; type: `send-${string}` }>): Place {
  return { from: action.person, chat: action.chat, quote: action.replyTo };
}

/** The button's id stands in `value`, or in `element`; what else was chosen, in `formValue`. */
function choiceOf({ value, element, formValue }: Extract<SimAction, { type: 'press' }>): CardChoice {
  return { actionId: typeof value === 'string' ? value : (element ?? ''), ...(formValue && { params: formValue }) };
}

function tooLate(status: number): SimActionResult {
  const text = { zh: '操作失败，请稍后重试。', en: 'It failed; try again later.' };
  return { ok: false, error: { code: status === 0 ? 'timeout' : String(status), text } };
}
