import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import type { DingtalkApp } from '../apps.ts';
import { appOf, type Call, type Endpoint, json, jsonBody } from '../call.ts';
import { OldRefusal } from '../errors.ts';
import type { DingtalkMessage } from '../model.ts';
import type { DingtalkWorld } from '../world.ts';
import type { NoticeTask } from './notices.ts';

const BASE = { method: 'POST', api: 'old', token: 'app', counted: true } as const;
const PATH = '/topapi/message/corpconversation';

/** Work notifications (asynchronous-sending-of-enterprise-session-messages, work-notice-option). */
export const NOTICE_ENDPOINTS: readonly Endpoint[] = [
  { ...BASE, path: `${PATH}/asyncsend_v2`, run: send },
  {
    ...BASE,
    path: `${PATH}/getsendprogress`,
    run(call) {
      taskOf(call);
      return json({ progress: { progress_in_percent: 100, status: 2 } });
    },
  },
  { ...BASE, path: `${PATH}/getsendresult`, run: (call) => json({ send_result: resultOf(call.world, taskOf(call)) }) },
  {
    ...BASE,
    path: `${PATH}/recall`,
    run(call) {
      const { world } = call;
      for (const message of taskOf(call, 'msg_task_id').messages) {
        message.recalledAt ??= world.clock.now();
        world.messages.updated(message, { kind: 'recall', text: '' });
      }
      return json();
    },
  },
  {
    ...BASE,
    path: `${PATH}/status_bar/update`,
    run(call) {
      taskOf(call);
      return json();
    },
  },
];

function send(call: Call) {
  const { world } = call;
  const app = appOf(call);
  const body = jsonBody(call);
  checkAgent(app, body);
  const message = readMessage(world, body);
  const userIds = receivers(world, body);
  const invalid: string[] = [];
  const forbidden: { code: string; count: number; userid: string }[] = [];
  const messages: DingtalkMessage[] = [];
  for (const userId of userIds) {
    const member = world.accounts.member(userId);
    const code = member === undefined ? undefined : world.notices.take(app.id, member.person.id, message);
    if (member === undefined) invalid.push(userId);
    else if (code !== undefined) forbidden.push({ code: String(code), count: 1, userid: userId });
    else messages.push(bring(world, app, member.person.id, message));
  }
  const task = world.notices.add({ app: app.id, messages, invalid, forbidden });
  return json({ task_id: task.id });
}

function checkAgent(app: DingtalkApp, body: Json): void {
  if (body['agent_id'] === undefined) throw new OldRefusal(41011, 'agent_id is missing');
  if (numberAt(body, 'agent_id') !== app.agentId) throw new OldRefusal(40056, 'invalid agentid');
}

function receivers({ accounts, limits, shared }: DingtalkWorld, body: Json): string[] {
  const named = textAt(body, 'userid_list')
    .split(',')
    .filter((one) => one !== '');
  if (named.length > limits.noticeReceivers) throw new OldRefusal(400002, `at most ${limits.noticeReceivers} people`);
  const isForAll = body['to_all_user'] === true || textAt(body, 'dept_id_list') !== '';
  if (named.length === 0 && !isForAll) throw new OldRefusal(400002, 'nobody is named');
  if (!isForAll) return [...new Set(named)];
  return [...shared.people.all.keys()].flatMap((person) => accounts.of(person).userId ?? []);
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  text: ['content'],
  image: ['media_id'],
  voice: ['media_id', 'duration'],
  file: ['media_id'],
  link: ['messageUrl', 'picUrl', 'title', 'text'],
  markdown: ['title', 'text'],
  oa: ['message_url'],
  action_card: ['title', 'markdown'],
};

function readMessage({ limits }: DingtalkWorld, body: Json): Json {
  const message = objectAt(body, 'msg');
  const type = textAt(message, 'msgtype');
  const inside = objectAt(message, type);
  const needed = NEEDED[type];
  if (needed === undefined) throw new OldRefusal(400002, `unknown msgtype ${type}`);
  for (const name of needed)
    if (textAt(inside, name) === '') throw new OldRefusal(400002, `${type}.${name} is missing`);
  if (Buffer.byteLength(JSON.stringify(message)) > limits.noticeBytes) throw new OldRefusal(400002, 'msg is too long');
  if (type === 'action_card') checkActionCard(inside);
  return message;
}

function checkActionCard(inside: Json): void {
  const buttons = listAt(inside, 'btn_json_list').map((one) => asObject(one) ?? {});
  const isSingle = textAt(inside, 'single_title') !== '' && textAt(inside, 'single_url') !== '';
  const isWhole = buttons.every((one) => textAt(one, 'title') !== '' && textAt(one, 'action_url') !== '');
  if ((buttons.length === 0 && !isSingle) || !isWhole) throw new OldRefusal(400002, 'action_card has no whole buttons');
}

function bring(world: DingtalkWorld, app: DingtalkApp, person: string, message: Json): DingtalkMessage {
  const chat = world.chats.notices(app, person);
  const type = textAt(message, 'msgtype');
  return world.messages.add({ chat, type, body: message, from: { kind: 'bot', app: app.id }, sentBy: 'notice' });
}

function taskOf(call: Call, name = 'task_id'): NoticeTask {
  const app = appOf(call);
  const body = jsonBody(call);
  checkAgent(app, body);
  const task = call.world.notices.find(app.id, numberAt(body, name) ?? 0);
  if (task === undefined) throw new OldRefusal(400002, `unknown ${name}`);
  return task;
}

function resultOf({ accounts }: DingtalkWorld, { messages, invalid, forbidden }: NoticeTask): Json {
  const people = messages.map(({ chat, readBy }) => {
    const person = [...chat.people][0] ?? '';
    return { userId: accounts.of(person).userId ?? '', isRead: readBy.has(person) };
  });
  return {
    invalid_user_id_list: invalid,
    forbidden_user_id_list: forbidden.map(({ userid }) => userid),
    failed_user_id_list: [],
    read_user_id_list: people.filter(({ isRead }) => isRead).map(({ userId }) => userId),
    unread_user_id_list: people.filter(({ isRead }) => !isRead).map(({ userId }) => userId),
    invalid_dept_id_list: [],
    forbidden_list: forbidden,
  };
}
