import { type Json } from '../../../lib/read.ts';
import { newMsgId } from '../chats.ts';
import type { CallbackOutcome } from '../deliver.ts';
import { pick, text } from '../json.ts';
import type { WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import type { KfAccount, KfSession } from './accounts.ts';
import { setState } from './kf-world.ts';
import { append, appendEvent, kfChat, kfOf } from './log.ts';

/** Where a customer came from. */
export interface KfEntrance {
  readonly scene?: string;
  readonly sceneParam?: string;
}

/** What customers and servicers do in their clients. Accounts by open_kfid, the first one when absent; people by `SimPerson.id`. */
export interface KfHands {
  /** A customer opens the account's chat. */
  enter(customer: string, account?: string, entrance?: KfEntrance): Promise<CallbackOutcome>;
  /** A servicer writes to a customer whom she serves. */
  servicerSays(servicer: string, customer: string, words: string, account?: string): Done;
  /** A servicer takes a customer out of the pool. */
  pick(servicer: string, customer: string, account?: string): Promise<CallbackOutcome>;
  transfer(customer: string, to: string, account?: string): Promise<CallbackOutcome>;
  end(customer: string, account?: string): Promise<CallbackOutcome>;
  /** A servicer writes first, in a session that has ended. */
  reopen(servicer: string, customer: string, account?: string): Promise<CallbackOutcome>;
  duty(servicer: string, onDuty: boolean, account?: string): Promise<CallbackOutcome>;
  /** A customer takes back a message. */
  recall(messageId: string): Promise<CallbackOutcome>;
  /** A customer blocks messages, or lets them in again. */
  reject(customer: string, rejects: boolean, account?: string): void;
  /** The next message that is sent will be taken and then fail. */
  failNext(failType: number): void;
  /** Signals an account again though nothing happened. */
  signal(account?: string): Promise<CallbackOutcome>;
  session(customer: string, account?: string): KfSession;
  readonly accounts: readonly KfAccount[];
}

export interface Done {
  readonly messageId: string;
  readonly chatId: string;
  readonly delivered: Promise<readonly CallbackOutcome[]>;
}

export function createKfHands(world: WecomWorld, signal: (account: KfAccount) => Promise<CallbackOutcome>): KfHands {
  const accountOf = (id: string | undefined): KfAccount => {
    const { accounts } = kfOf(world);
    const account = id === undefined ? accounts.values().next().value : accounts.get(id);
    if (account === undefined) throw new Error(`there is no account ${id ?? '(first)'}`);
    return account;
  };
  const sessionOf = (customer: string, account: string | undefined): KfSession =>
    kfOf(world).session(accountOf(account), world.shared.people.get(customer).id);
  const change = (session: KfSession, state: 3 | 4, servicer: string | undefined, details: Json) => {
    setState(session, state, servicer, world.clock.now());
    world.teller.chatChanged(kfChat(world, session));
    return appendEvent(world, session.account, 'session_status_change', {
      external_userid: world.accounts.externalId(session.person),
      ...details,
    });
  };
  const userId = (person: string | undefined) => (person === undefined ? '' : world.accounts.userId(person));
  const mustServe = (session: KfSession, servicer: string): void => {
    if (!session.account.servicers.has(servicer)) throw new Error(`${servicer} is no servicer here`);
  };

  return {
    get accounts() {
      return [...kfOf(world).accounts.values()];
    },
    session: sessionOf,
    enter(customer, id, { scene = 'web', sceneParam = '' } = {}) {
      const session = sessionOf(customer, id);
      kfChat(world, session);
      return appendEvent(world, session.account, 'enter_session', {
        external_userid: world.accounts.externalId(customer),
        scene,
        scene_param: sceneParam,
        ...pick('welcome_code', welcomeCode(world, session)),
      });
    },
    servicerSays(servicer, customer, words, id) {
      const session = sessionOf(customer, id);
      if (session.state !== 3 || session.servicer !== servicer)
        throw new Error(`${servicer} does not serve ${customer}`);
      const chat = kfChat(world, session);
      const msgId = newMsgId();
      session.activeAt = world.clock.now();
      world.messages.add({
        chat,
        from: { kind: 'servicer', person: servicer },
        type: 'text',
        body: { content: words },
        id: msgId,
      });
      const shown = {
        ...shownHead(world, session, msgId, 5),
        servicer_userid: userId(servicer),
        msgtype: 'text',
        text: { content: words },
      };
      const delivered = append(world, session.account, { msgId, shown });
      return { messageId: msgId, chatId: chat.id, delivered: delivered.then((outcome) => [outcome]) };
    },
    pick(servicer, customer, id) {
      const session = sessionOf(customer, id);
      mustServe(session, servicer);
      if (session.state !== 2) throw new Error(`${customer} does not wait in the pool`);
      const code = kfOf(world).codes.issue({ session, kind: 'picked' }, world.limits.kfCodeMs);
      return change(session, 3, servicer, { change_type: 1, new_servicer_userid: userId(servicer), msg_code: code });
    },
    transfer(customer, to, id) {
      const session = sessionOf(customer, id);
      mustServe(session, to);
      if (session.state !== 3) throw new Error(`nobody serves ${customer}`);
      const old = userId(session.servicer);
      return change(session, 3, to, { change_type: 2, old_servicer_userid: old, new_servicer_userid: userId(to) });
    },
    end(customer, id) {
      const session = sessionOf(customer, id);
      if (session.state !== 3) throw new Error(`nobody serves ${customer}`);
      const code = kfOf(world).codes.issue({ session, kind: 'ended' }, world.limits.kfWelcomeMs);
      return change(session, 4, undefined, {
        change_type: 3,
        old_servicer_userid: userId(session.servicer),
        msg_code: code,
      });
    },
    reopen(servicer, customer, id) {
      const session = sessionOf(customer, id);
      mustServe(session, servicer);
      if (session.state !== 4) throw new Error('the session has not ended');
      return change(session, 3, servicer, { change_type: 4, new_servicer_userid: userId(servicer) });
    },
    duty(servicer, onDuty, id) {
      const account = accountOf(id);
      const duty = account.servicers.get(servicer);
      if (duty === undefined) throw new Error(`${servicer} is no servicer here`);
      duty.onDuty = onDuty;
      world.teller.appChanged(account);
      return appendEvent(world, account, 'servicer_status_change', {
        servicer_userid: userId(servicer),
        status: onDuty ? 1 : 2,
        ...(onDuty ? {} : { stop_type: 0 }),
      });
    },
    recall(messageId) {
      const message = world.messages.find(messageId);
      if (message?.from.kind !== 'person') throw new Error(`there is no message ${messageId} of a customer`);
      message.recalledAt = world.clock.now();
      world.messages.changed(message);
      return appendEvent(world, accountOf([...message.chat.bots][0]), 'user_recall_msg', {
        external_userid: world.accounts.externalId(message.from.person),
        recall_msgid: messageId,
      });
    },
    reject(customer, rejects, id) {
      sessionOf(customer, id).rejects = rejects;
    },
    failNext(failType) {
      kfOf(world).failures.push({ failType });
    },
    signal: (id) => signal(accountOf(id)),
  };
}

/** Only for somebody who was neither greeted nor wrote in two days. */
function welcomeCode(world: WecomWorld, session: KfSession): string | undefined {
  const since = world.clock.now() - world.limits.kfWindowMs;
  if ((session.welcomedAt ?? 0) > since || (session.wroteAt ?? 0) > since) return undefined;
  return kfOf(world).codes.issue({ session, kind: 'welcome' }, world.limits.kfWelcomeMs);
}

function shownHead(world: WecomWorld, { account, person }: KfSession, msgId: string, origin: 3 | 5): Json {
  return {
    msgid: msgId,
    open_kfid: account.id,
    external_userid: world.accounts.externalId(person),
    send_time: Math.floor(world.clock.now() / 1000),
    origin,
  };
}

/** A customer's message: it opens the session anew when it had ended, and the window for five answers. */
export function tellKf(world: WecomWorld, session: KfSession, message: WecomMessage): Promise<CallbackOutcome> {
  const now = world.clock.now();
  if (session.state === 4) setState(session, 0, undefined, now);
  Object.assign(session, { wroteAt: now, sent: 0, activeAt: now, lastMessage: message });
  const shown = {
    ...shownHead(world, session, message.id, 3),
    msgtype: message.type,
    [message.type]: shownContent(world, message),
  };
  return append(world, session.account, { msgId: message.id, shown }, message);
}

function shownContent(world: WecomWorld, { type, body }: WecomMessage): Json {
  switch (type) {
    case 'image':
    case 'voice':
    case 'video':
    case 'file': {
      const resource = world.shared.resources.find(text(body['resource']));
      if (resource === undefined) throw new Error('the message has no file');
      return { media_id: world.media.share(type, resource).id };
    }
    case 'link':
      return { title: body['title'], desc: body['description'], url: body['url'], pic_url: body['picurl'] };
    case 'location':
      return { latitude: body['latitude'], longitude: body['longitude'], name: body['label'], address: body['label'] };
    default:
      return { content: text(body['content']), ...pick('menu_id', body['menuId']) };
  }
}
