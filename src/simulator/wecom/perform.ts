import { asObject } from '../../lib/read.ts';
import type { SimAction, SimActionResult, SimWecomAction } from '../contract.ts';
import { mustFind } from '../must-find.ts';
import { piecesOf, written } from '../page-actions.ts';
import { isStaffAction, performStaff } from '../staff.ts';
import type { CardChoice } from './app/press.ts';
import { tellContacts } from './app/tell-contacts.ts';
import { forgeMessage } from './forge-message.ts';
import { type Hands, type Place } from './hands.ts';
import { list, text } from './json.ts';
import type { KfHands } from './kf/hands.ts';
import type { WecomWorld } from './world.ts';

const FILE_KINDS = {
  'send-image': 'image',
  'send-file': 'file',
  'send-video': 'video',
  'send-audio': 'voice',
} as const;

/** What people do, as the page orders it. */
export function createPerformer(
  world: WecomWorld,
  hands: Hands,
  kf: KfHands,
): (action: SimAction | SimWecomAction) => Promise<SimActionResult> {
  return async (action) => {
    if (isStaffAction(action)) return performStaff(world.staff, action, (change) => tellContacts(world, change));
    const { person } = action;
    switch (action.type) {
      case 'send-text': {
        const servicer = servedBy(world, action.chat, person);
        if (servicer !== undefined) {
          return written(kf.servicerSays(person, servicer.customer, action.text, servicer.account));
        }
        return written(hands.say({ ...placeOf(action), text: action.text }));
      }
      case 'send-post':
        return written(hands.sendMixed({ ...placeOf(action), parts: piecesOf(action.paragraphs) }));
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
      case 'send-location':
        return written(hands.sendLocation({ ...action, from: person }));
      case 'send-link':
        return written(hands.sendLink({ ...action, from: person }));
      case 'press':
        return outcome(await hands.press(person, action.message, choiceOf(action)), action.message);
      case 'feedback': {
        const { message, rating, text, reasons } = action;
        const more = {
          ...(text === undefined ? {} : { content: text }),
          ...(reasons === undefined ? {} : { reasons }),
        };
        return outcome(await hands.feedback(person, message, rating, more), message);
      }
      case 'enter': {
        const isAccount = world.kf?.accounts.has(action.app) === true;
        if (!isAccount) return { ok: true, chat: hands.enter(person, action.app).chatId };
        void kf.enter(person, action.app);
        return { ok: true, chat: `${action.app}:${person}` };
      }
      case 'choose':
        return written(hands.say({ from: person, ...chosenEntry(world, action.message, action.item) }));
      case 'menu':
        return outcome(await hands.chooseMenu(person, action.key, action.app));
      case 'add-contact':
        return outcome(await hands.addContact(person, action.member, action.app));
      case 'recall':
        return outcome(await kf.recall(action.message), action.message);
      case 'redeliver':
        void hands.redeliver(action.message);
        return { ok: true, message: action.message };
      case 'serve':
        return outcome(await serve(kf, action));
      case 'duty':
        return outcome(await kf.duty(person, action.onDuty, action.account));
      case 'approval':
        if (action.act === 'withdraw') hands.withdrawApproval(person, action.approval);
        else hands.decideApproval(person, action.approval, action.act === 'approve', action.remark);
        return { ok: true };
      case 'forge':
        return { ok: true, ...(await forgeMessage(world, { ...action, from: person, to: action.app })) };
      default:
        throw new Error(`WeCom has no ${action.type}`);
    }
  };
}

/** A pressed entry is a message with its words and its id. */
function chosenEntry(world: WecomWorld, messageId: string, at: number) {
  const message = mustFind(world.messages.find(messageId), 'message', messageId);
  const entry = asObject(asObject(list(message.body['list'])[at])?.['click']);
  const words = text(entry?.['content']);
  if (words === '') throw new Error(`the menu has no entry ${at} to press`);
  return { chat: message.chat.id, text: words, menuId: text(entry?.['id']) };
}

function serve(kf: KfHands, { person, customer, account, act, to }: Extract<SimWecomAction, { type: 'serve' }>) {
  switch (act) {
    case 'pick':
      return kf.pick(person, customer, account);
    case 'transfer':
      return kf.transfer(customer, to ?? '', account);
    case 'end':
      return kf.end(customer, account);
    default:
      return kf.reopen(person, customer, account);
  }
}

/** The customer's chat that a servicer writes in. */
function servedBy(world: WecomWorld, chatId: string, person: string) {
  const chat = world.chats.find(chatId);
  const [account, customer] = [[...(chat?.bots ?? [])][0] ?? '', [...(chat?.people ?? [])][0] ?? ''];
  if (chat?.surface !== 'kf' || chat.people.has(person)) return undefined;
  return world.kf?.accounts.has(account) === true ? { account, customer } : undefined;
}

function placeOf(action: Extract<SimAction, { chat: string; type: `send-${string}` }>): Place {
  return { from: action.person, chat: action.chat, quote: action.replyTo };
}

function choiceOf({ value, formValue }: Extract<SimAction, { type: 'press' }>): CardChoice {
  const selected = Object.entries(formValue ?? {}).map(([question, chosen]) => [
    question,
    Array.isArray(chosen) ? chosen.map(String) : [String(chosen)],
  ]);
  return { key: String(value), selected: Object.fromEntries(selected) as Record<string, readonly string[]> };
}

function outcome(
  { ok, status, ackMs }: { readonly ok: boolean; readonly status: number; readonly ackMs: number },
  message?: string,
): SimActionResult {
  if (ok) return { ok: true, status, ms: ackMs, ...(message === undefined ? {} : { message }) };
  return {
    ok: false,
    error: {
      code: 'not-taken',
      text: { zh: `对方没有确认（${status}）。`, en: `It was not acknowledged (${status}).` },
    },
  };
}
