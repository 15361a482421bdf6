import { listAt, textAt } from '../../lib/read.ts';
import type { DingtalkAccount } from './accounts.ts';
import type { DingtalkApp } from './apps.ts';
import { appOf, type Call, checkRobot, type Endpoint, json, jsonBody } from './call.ts';
import { newQueryKey } from './chats.ts';
import { ApiRefusal } from './errors.ts';
import { readRobotMessage } from './robot-message.ts';
import type { DingtalkWorld } from './world.ts';

const BASE = { api: 'new', token: 'app', counted: true } as const;

export const ROBOT_ENDPOINTS: readonly Endpoint[] = [
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/robot/oToMessages/batchSend',
    scope: 'qyapi_robot_sendmsg',
    run: sendToPeople,
  },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/robot/groupMessages/send',
    scope: 'qyapi_robot_sendmsg',
    run: sendToGroup,
  },
  { ...BASE, method: 'POST', path: '/v1.0/robot/emotion/reply', run: (call) => react(call, true) },
  { ...BASE, method: 'POST', path: '/v1.0/robot/emotion/recall', run: (call) => react(call, false) },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/robot/groups/robots/query',
    scope: 'qyapi_chat_manage',
    run(call) {
      const { world } = call;
      const chat = groupOf(world, appOf(call), textAt(jsonBody(call), 'openConversationId'));
      const robots = [...chat.bots].map((id) => ({
        robotCode: world.apps.get(id)?.robotCode ?? id,
        name: world.apps.get(id)?.name ?? '',
        openRobotType: 1,
      }));
      return json({ chatbotInstanceVOList: robots });
    },
  },
];

/** (chatbots-send-one-on-one-chat-messages-in-batches) */
function sendToPeople(call: Call) {
  const { world } = call;
  const app = appOf(call);
  const body = jsonBody(call);
  checkRobot(app, body);
  const { type, param } = readRobotMessage(world, body);
  const userIds = listAt(body, 'userIds').filter((one) => typeof one === 'string');
  if (userIds.length === 0 || userIds.length > world.limits.receivers) {
    throw new ApiRefusal(400, 'invalidParameter.userIds.invalid', `userIds has to name 1 to ${world.limits.receivers}`);
  }
  checkPace(world, app);
  const queryKey = newQueryKey();
  const [invalid, held]: string[][] = [[], []];
  for (const userId of new Set(userIds)) {
    const member = world.accounts.member(userId);
    if (member === undefined) invalid?.push(userId);
    else if (world.heldBack.has(member.person.id)) held?.push(userId);
    else bring(world, app, member, { type, body: param, queryKey });
  }
  return json({ processQueryKey: queryKey, invalidStaffIdList: invalid, flowControlledStaffIdList: held });
}

function bring(
  world: DingtalkWorld,
  app: DingtalkApp,
  { person }: DingtalkAccount,
  message: { type: string; body: Record<string, unknown>; queryKey: string },
): void {
  const chat = world.chats.direct(app, person.id);
  world.messages.add({ chat, from: { kind: 'bot', app: app.id }, sentBy: 'oto', ...message });
}

/** (the-robot-sends-a-group-message) */
function sendToGroup(call: Call) {
  const { world } = call;
  const app = appOf(call);
  const body = jsonBody(call);
  checkRobot(app, body);
  const { type, param } = readRobotMessage(world, body);
  const chat = groupOf(world, app, textAt(body, 'openConversationId'));
  checkPace(world, app);
  const queryKey = newQueryKey();
  world.messages.add({ chat, from: { kind: 'bot', app: app.id }, type, body: param, queryKey, sentBy: 'group' });
  return json({ processQueryKey: queryKey });
}

/** @throws {ApiRefusal} When there is no such group, or the robot is not in it. */
export function groupOf(world: DingtalkWorld, app: DingtalkApp, id: string) {
  const chat = world.chats.find(id);
  if (chat?.kind !== 'group' || !chat.bots.has(app.id)) {
    throw new ApiRefusal(400, 'resource.not.found', 'there is no such group, or the robot is not in it');
  }
  return chat;
}

function checkPace({ rates, limits }: DingtalkWorld, app: DingtalkApp): void {
  if (!rates.take(`robot ${app.id}`, limits.robotPerMinute, 60_000)) throw new ApiRefusal(400, 'toomuch.msg');
}

/** Not on the vendor's pages; as two connectors use it. */
function react(call: Call, isOn: boolean) {
  const { world } = call;
  const app = appOf(call);
  const body = jsonBody(call);
  checkRobot(app, body);
  const message = world.messages.find(textAt(body, 'openMsgId'));
  if (message === undefined || message.chat.id !== textAt(body, 'openConversationId')) {
    throw new ApiRefusal(400, 'resource.not.found', 'there is no such message');
  }
  const name = textAt(body, 'emotionName');
  const by = message.reactions.get(name) ?? new Set<string>();
  if (isOn) by.add(app.id);
  else by.delete(app.id);
  message.reactions.set(name, by);
  world.messages.changed(message);
  return json({ success: true });
}
