import { listAt, numberAt, textAt } from '../../lib/read.ts';
import { groupOf } from './api-robot.ts';
import type { DingtalkApp } from './apps.ts';
import { appOf, type Call, checkRobot, type Endpoint, json, jsonBody } from './call.ts';
import { ApiRefusal } from './errors.ts';
import type { DingtalkMessage } from './model.ts';
import { textOf } from './recorded-answer.ts';
import type { DingtalkWorld } from './world.ts';

const BASE = { api: 'new', token: 'app', counted: true, scope: 'qyapi_robot_sendmsg' } as const;

/** (batch-message-recall-chat and its neighbours) */
export const RECALL_ENDPOINTS: readonly Endpoint[] = [
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/robot/otoMessages/batchRecall',
    run: (call) => recall(call, 'direct'),
  },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/robot/groupMessages/recall',
    run: (call) => recall(call, 'group'),
  },
  {
    ...BASE,
    method: 'GET',
    path: '/v1.0/robot/oToMessages/readStatus',
    run(call) {
      const { world, query } = call;
      const app = appOf(call);
      checkRobot(app, { robotCode: query.get('robotCode') ?? '' });
      const messages = sentWith(world, app, query.get('processQueryKey') ?? '');
      const readers = messages.flatMap((message) =>
        [...message.chat.people].map((person) => {
          const { userId = '', person: whole } = world.accounts.of(person);
          const at = message.readBy.get(person);
          return {
            name: whole.name,
            userId,
            readStatus: at === undefined ? 'UNREAD' : 'READ',
            ...(at && { readTimestamp: at }),
          };
        }),
      );
      return json({ sendStatus: statusOf(messages), messageReadInfoList: readers });
    },
  },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/robot/groupMessages/query',
    run(call) {
      const { world } = call;
      const app = appOf(call);
      const body = jsonBody(call);
      checkRobot(app, body);
      groupOf(world, app, textAt(body, 'openConversationId'));
      const messages = sentWith(world, app, textAt(body, 'processQueryKey'));
      const all = messages.flatMap(({ readBy }) =>
        [...readBy.keys()].map((person) => world.accounts.of(person).userId),
      );
      const from = numberAt(body, 'nextToken') ?? 0;
      const size = Math.min(numberAt(body, 'maxResults') ?? 200, 200);
      const page = all.slice(from, from + size).filter((one) => one !== undefined);
      const hasMore = from + size < all.length;
      return json({
        sendStatus: statusOf(messages),
        readUserIds: page,
        hasMore,
        ...(hasMore && { nextToken: String(from + size) }),
      });
    },
  },
];

function sentWith(world: DingtalkWorld, app: DingtalkApp, key: string): readonly DingtalkMessage[] {
  const found = world.messages.byQueryKey(key).filter((message) => isOwn(world, app, message));
  if (found.length === 0) throw new ApiRefusal(400, 'resource.not.found', 'there is no such processQueryKey');
  return found;
}

function isOwn({ clock, limits }: DingtalkWorld, app: DingtalkApp, { from, createdAt }: DingtalkMessage): boolean {
  return from.kind === 'bot' && from.app === app.id && clock.now() < createdAt + limits.recallMs;
}

function statusOf(messages: readonly DingtalkMessage[]): 'SUCCESS' | 'RECALLED' {
  return messages.every(({ recalledAt }) => recalledAt !== undefined) ? 'RECALLED' : 'SUCCESS';
}

function recall(call: Call, kind: 'direct' | 'group') {
  const { world } = call;
  const app = appOf(call);
  const body = jsonBody(call);
  checkRobot(app, body);
  if (kind === 'group') groupOf(world, app, textAt(body, 'openConversationId'));
  const keys = listAt(body, 'processQueryKeys').filter((one) => typeof one === 'string');
  if (keys.length === 0 || keys.length > world.limits.recallKeys) {
    throw new ApiRefusal(400, 'invalidParameter.processQueryKeys', `name 1 to ${world.limits.recallKeys} messages`);
  }
  const done: string[] = [];
  const failed: Record<string, string> = {};
  for (const key of keys) {
    const found = world.messages.byQueryKey(key).filter((one) => one.chat.kind === kind && isOwn(world, app, one));
    if (found.length === 0) failed[key] = 'the message does not exist, or is too old';
    else done.push(key);
    for (const message of found) takeBack(world, message);
  }
  return json({ successResult: done, failedResult: failed });
}

function takeBack(world: DingtalkWorld, message: DingtalkMessage): void {
  message.recalledAt ??= world.clock.now();
  world.messages.updated(message, { kind: 'recall', text: textOf(message) });
}
