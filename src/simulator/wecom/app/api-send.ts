import { createHash } from 'node:crypto';
import { type Json } from '../../../lib/read.ts';
import type { WecomApp } from '../apps.ts';
import { appOfCall, type Call, type Endpoint, json, jsonBody, type Reply } from '../call.ts';
import { type CardRules, callsBack } from '../card-check.ts';
import { type CheckedContent, type ContentRules, checkContent } from '../content.ts';
import { WecomRefusal } from '../errors.ts';
import { pick, text } from '../json.ts';
import { perHour, perMinute } from '../rates.ts';
import type { WecomWorld } from '../world.ts';
import type { Sent } from './sent.ts';
import { findTargets, splitBars } from './targets.ts';

/** Messages of an app to members. */
export const SEND_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: 'message/send', token: 'app', run: send },
  { method: 'POST', path: 'message/recall', token: 'app', run: recall },
];

const TYPES = new Set([
  'text',
  'markdown',
  'image',
  'voice',
  'video',
  'file',
  'textcard',
  'news',
  'mpnews',
  'miniprogram_notice',
  'template_card',
]);

function send(call: Call): Reply {
  const { world } = call;
  const app = appOfCall(call);
  const body = jsonBody(call);
  if (body['agentid'] !== app.agentId && body['agentid'] !== String(app.agentId)) throw new WecomRefusal(40056);
  const users = splitBars(body['touser']);
  const [parties, tags] = [splitBars(body['toparty']), splitBars(body['totag'])];
  if (users.length + parties.length + tags.length === 0) throw new WecomRefusal(82001);

  const key = duplicateKey(world, app, body, call.body);
  const before = key === undefined ? undefined : world.sent.duplicate(key.id);
  if (before !== undefined) return json(before as Json);

  const content = checkContent(body, contentRules(world, app));
  const all = users.includes('@all');
  const targets = findTargets(world, app, { users: all ? [] : users, parties, tags, all });
  const sent = bring(world, app, content, targets.people);
  const answer: Json = {
    invaliduser: targets.invalidUsers.join('|'),
    invalidparty: targets.invalidParties.join('|'),
    invalidtag: targets.invalidTags.join('|'),
    unlicenseduser: '',
    msgid: sent.msgId,
    ...pick('response_code', codeOf(world, content, sent)),
  };
  if (key !== undefined) world.sent.remember(key.id, answer, key.forMs);
  return json(answer);
}

export function contentRules(world: WecomWorld, app: WecomApp): ContentRules {
  const { limits, rules, media } = world;
  return {
    limits,
    types: TYPES,
    textBytes: limits.textBytes,
    longText: rules.longText,
    markdownBytes: limits.markdownBytes,
    media,
    mediaOwner: 'corp',
    card: cardRules(world, app),
  };
}

export function cardRules(world: WecomWorld, app: WecomApp): CardRules {
  return {
    limits: world.limits,
    surface: 'app',
    hasCallback: app.webhookUrl !== undefined,
    isTaskUsed: (taskId) => world.sent.isTaskUsed(app.id, taskId),
  };
}

/** Brings a copy to everybody; what is above an app's rate for a member vanishes without a word. */
function bring(world: WecomWorld, app: WecomApp, content: CheckedContent, people: readonly string[]): Sent {
  const { limits, rules, rates, recorder } = world;
  const sent = world.sent.make(app.id);
  for (const person of people) {
    const windows = [perMinute(limits.perMemberPerMinute), perHour(limits.perMemberPerHour)];
    if (rates.take(`member ${app.id} ${person}`, windows)) deliverCopy(world, app, content, sent, person);
    else if (rules.overLimit === 'refuse') throw new WecomRefusal(45009);
    else recorder.drop({ from: app.id, to: person, why: 'member-rate' });
  }
  const taskId = text(content.body['task_id']);
  if (content.type === 'template_card' && taskId !== '') world.sent.useTask(app.id, taskId);
  return sent;
}

function deliverCopy(world: WecomWorld, app: WecomApp, content: CheckedContent, sent: Sent, person: string): void {
  const message = world.messages.add({
    chat: world.chats.direct('app', app.id, person, app.name),
    from: { kind: 'bot', bot: app.id },
    type: content.type,
    body: content.body,
    id: `${sent.msgId}.${sent.copies.size + 1}`,
    sendId: sent.msgId,
    truncated: content.truncated,
    ...(content.type === 'template_card' ? { card: { json: content.body, replaced: undefined } } : {}),
  });
  sent.copies.set(person, message);
}

function codeOf(world: WecomWorld, content: CheckedContent, sent: Sent): string | undefined {
  if (content.type !== 'template_card' || !callsBack(content.body)) return undefined;
  return world.sent.responseCodes.issue(sent, world.limits.responseCodeMs);
}

/** What makes two calls the same one; undefined when the caller did not ask for the check. */
function duplicateKey(world: WecomWorld, app: WecomApp, body: Json, raw: Buffer) {
  if (body['enable_duplicate_check'] !== 1) return undefined;
  const { duplicateMs, duplicateMaxMs } = world.limits;
  const seconds = body['duplicate_check_interval'];
  const forMs = typeof seconds === 'number' ? Math.min(seconds * 1000, duplicateMaxMs) : duplicateMs;
  return { id: `${app.id} ${createHash('sha256').update(raw).digest('base64')}`, forMs };
}

function recall(call: Call): Reply {
  const { world } = call;
  const sent = world.sent.find(text(jsonBody(call)['msgid']));
  if (sent === undefined || sent.app !== appOfCall(call).id) throw new WecomRefusal(40058, 'msgid');
  if (world.clock.now() - sent.at > world.limits.recallMs) throw new WecomRefusal(42052);
  for (const message of sent.copies.values()) {
    message.recalledAt = world.clock.now();
    world.messages.updated(message, { kind: 'recall' });
  }
  return json();
}
