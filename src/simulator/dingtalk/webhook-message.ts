import { asObject, type Json, listAt, objectAt, textAt } from '../../lib/read.ts';
import { OldRefusal } from './errors.ts';
import type { DingtalkWorld } from './world.ts';

/** A message as webhooks take it. */
export interface WebhookMessage {
  readonly type: string;
  /** The whole body. */
  readonly body: Json;
  readonly mentions: readonly string[];
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  text: ['content'],
  markdown: ['title', 'text'],
  link: ['title', 'text', 'messageUrl'],
  actionCard: ['title', 'text'],
  feedCard: [],
};

/** @throws {OldRefusal} (custom-robots-send-group-messages) */
export function readWebhookMessage(world: DingtalkWorld, body: Json, bytes: number): WebhookMessage {
  const { limits } = world;
  const type = textAt(body, 'msgtype');
  const needed = NEEDED[type];
  if (needed === undefined) throw new OldRefusal(400105, `unsupported msgtype: ${type}`);
  if (bytes > limits.webhookBytes) {
    throw new OldRefusal(460101, `message too long, exceed ${limits.webhookBytes} bytes`);
  }
  const inside = objectAt(body, type);
  for (const name of needed) if (textAt(inside, name) === '') throw missing(`${type}.${name}`);
  if (type === 'actionCard') checkActionCard(inside);
  if (type === 'feedCard') checkFeedCard(inside);
  return { type, body, mentions: mentionsIn(world, body, type) };
}

function missing(name: string): OldRefusal {
  return new OldRefusal(40035, `missing parameter: ${name}`);
}

function checkActionCard(inside: Json): void {
  const buttons = listAt(inside, 'btns').map((one) => asObject(one) ?? {});
  if (buttons.length === 0 && textAt(inside, 'singleTitle') === '') throw missing('actionCard.singleTitle');
  if (buttons.length === 0 && textAt(inside, 'singleURL') === '') throw missing('actionCard.singleURL');
  for (const button of buttons) {
    if (textAt(button, 'title') === '' || textAt(button, 'actionURL') === '') throw missing('actionCard.btns');
  }
}

function checkFeedCard(inside: Json): void {
  const links = listAt(inside, 'links').map((one) => asObject(one) ?? {});
  const isWhole = links.every((link) => ['title', 'messageURL', 'picURL'].every((name) => textAt(link, name) !== ''));
  if (links.length === 0 || !isWhole) throw missing('feedCard.links');
}

/** Who is really called: named in `at`, and, in a text, written there as well. */
function mentionsIn({ accounts, limits }: DingtalkWorld, body: Json, type: string): string[] {
  const at = objectAt(body, 'at');
  const inside = objectAt(body, type);
  const text = textAt(inside, 'content') || textAt(inside, 'text');
  const userIds = listAt(at, 'atUserIds').filter((one) => typeof one === 'string');
  if (userIds.length + listAt(at, 'atMobiles').length > limits.mentions) throw new OldRefusal(40035, 'too many in at');
  if (type === 'link' || type === 'feedCard') return [];
  if (at['isAtAll'] === true) return ['all'];
  const mobiles = listAt(at, 'atMobiles').filter((one) => typeof one === 'string');
  const written = (one: string): boolean => text.includes(`@${one}`);
  const called = [
    ...userIds.filter(written).map((userId) => accounts.member(userId)),
    ...mobiles.filter(written).map((mobile) => accounts.byMobile(mobile)),
  ];
  return [...new Set(called.flatMap((account) => (account === undefined ? [] : [account.person.id])))];
}
