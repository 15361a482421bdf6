import { type Json, listAt, objectAt, textAt } from '../../../lib/read.ts';
import { type Call, type Endpoint, json, jsonBody } from '../call.ts';
import { robotSign } from '../crypto.ts';
import { OldRefusal } from '../errors.ts';
import { readWebhookMessage } from '../webhook-message.ts';
import type { DingtalkWorld } from '../world.ts';
import type { GroupRobot } from './robots.ts';

/** Robots of groups (custom-robots-send-group-messages, customize-robot-security-settings). */
export const GROUP_ROBOT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: '/robot/send', api: 'old', token: 'none', counted: false, run: send },
];

function send(call: Call) {
  const { world, query } = call;
  const robot = world.groupRobots.get(query.get('access_token') ?? '');
  if (robot === undefined) throw new OldRefusal(400101, 'token is not found');
  if (robot.disabled) throw new OldRefusal(400102, 'the robot is disabled');
  const chat = world.chats.find(robot.chat);
  if (chat === undefined) throw new OldRefusal(400013, 'the group is dissolved');
  const body = jsonBody(call);
  const said = readWebhookMessage(world, body, call.body.length);
  checkSecurity(call, robot, body, said.type);
  const uuid = textAt(body, 'msgUuid');
  // The same message again is taken for the first one.
  if (uuid !== '' && robot.uuids.has(uuid)) return json();
  checkPace(world, robot);
  if (!world.quota.takePush()) throw new OldRefusal(90030, 'the pushes of this month are used up');
  if (uuid !== '') robot.uuids.add(uuid);
  world.messages.add({
    chat,
    from: { kind: 'bot', app: robot.id },
    type: said.type,
    body: said.body,
    mentions: said.mentions,
    sentBy: 'robot',
  });
  return json();
}

function checkSecurity({ world, query, ip }: Call, robot: GroupRobot, body: Json, type: string): void {
  if (robot.secret !== undefined) {
    const timestamp = query.get('timestamp') ?? '';
    const isNow = Math.abs(world.clock.now() - Number(timestamp)) < world.limits.signWindowMs;
    if (timestamp === '' || !isNow) throw new OldRefusal(310000, 'invalid timestamp');
    if (query.get('sign') !== robotSign(timestamp, robot.secret)) throw new OldRefusal(310000, 'sign not match');
  }
  if (robot.keywords.length > 0 && !robot.keywords.some((word) => wordsOf(body, type).includes(word))) {
    throw new OldRefusal(310000, 'keywords not in content');
  }
  if (robot.ips?.has(ip) === false) throw new OldRefusal(310000, `ip ${ip} not in whitelist`);
}

/** What keywords are looked for in. */
function wordsOf(body: Json, type: string): string {
  const inside = objectAt(body, type);
  const links = listAt(inside, 'links');
  return [textAt(inside, 'content'), textAt(inside, 'title'), textAt(inside, 'text'), JSON.stringify(links)].join('\n');
}

/** Above twenty a minute it is closed for ten. */
function checkPace({ clock, limits, rates }: DingtalkWorld, robot: GroupRobot): void {
  if (!rates.on) return;
  const isFast = !rates.take(`group robot ${robot.id}`, limits.groupRobotPerMinute, 60_000);
  if (isFast && clock.now() >= robot.bannedUntil) robot.bannedUntil = clock.now() + limits.groupRobotBanMs;
  if (clock.now() < robot.bannedUntil) throw new OldRefusal(410100, 'send too fast');
}
