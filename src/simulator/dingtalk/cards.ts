import { type Json, objectAt, textAt } from '../../lib/read.ts';
import type { DingtalkApp } from './apps.ts';
import { newQueryKey } from './chats.ts';
import { ApiRefusal } from './errors.ts';
import type { CardState, Change, DingtalkCard, DingtalkChat } from './model.ts';
import { textOf } from './recorded-answer.ts';
import type { CardTemplate } from './templates.ts';
import type { DingtalkWorld } from './world.ts';

/** `flowStatus` of the classic template; the vendor's packages have 4 for cards that work on something. */
const FLOW: Readonly<Partial<Record<string, CardState>>> = {
  '1': 'waiting',
  '2': 'input',
  '3': 'finished',
  '4': 'input',
  '5': 'failed',
};

/** What became of bringing a card to one place. */
export interface DeliverResult {
  readonly spaceType: string;
  readonly spaceId: string;
  readonly success: boolean;
  readonly carrierId: string;
  readonly errorMsg: string;
}

export function cardOf(world: DingtalkWorld, app: DingtalkApp, track: string): DingtalkCard | undefined {
  return world.cards.get(`${app.id} ${track}`);
}

export function templateOf(world: DingtalkWorld, { template }: Pick<DingtalkCard, 'template'>): CardTemplate {
  return world.templates.get(template) ?? { id: template, streamKeys: [] };
}

/** @throws {ApiRefusal} (create-and-deliver-cards) */
export function createCard(world: DingtalkWorld, app: DingtalkApp, body: Json): DingtalkCard {
  const track = textAt(body, 'outTrackId');
  const template = textAt(body, 'cardTemplateId');
  const known = world.templates.get(template);
  if (track === '' || track.length > world.limits.trackChars)
    throw param('outTrackId', 'outTrackId: 1 to 64 characters');
  if (known === undefined) throw param('templateNotExist', 'there is no such template');
  if (known.published === false) throw param('templateUnpublished', 'the template is not published');
  if (cardOf(world, app, track) !== undefined) throw param('cardAlreadyExist', 'outTrackId is in use');
  const params = readParams(world, body);
  const card: DingtalkCard = {
    track,
    template,
    params,
    app: app.id,
    createdAt: world.clock.now(),
    callbackType: textAt(body, 'callbackType') || undefined,
    callbackRouteKey: textAt(body, 'callbackRouteKey') || undefined,
    privateParams: readPrivate(world, body),
    messages: [],
    guids: new Set(),
    state: FLOW[params.get('flowStatus') ?? ''] ?? 'waiting',
    bornEmpty: params.size === 0,
    streamed: 0,
  };
  world.cards.set(`${app.id} ${track}`, card);
  return card;
}

export function param(what: string, message: string): ApiRefusal {
  return new ApiRefusal(400, `param.${what}`, message);
}

/** Texts only, by the card's page; everything else is refused. */
function readParams(world: DingtalkWorld, body: Json): Map<string, string> {
  return textsOf(world, objectAt(objectAt(body, 'cardData'), 'cardParamMap'));
}

function textsOf({ limits }: DingtalkWorld, given: Json): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw param('cardParamMap', `the value of ${key} is no text`);
    if (Buffer.byteLength(key) > limits.cardKeyBytes) throw param('cardParamMap', `the key ${key} is too long`);
    if (Buffer.byteLength(value) > limits.cardValueBytes)
      throw param('cardParamMap', `the value of ${key} is too long`);
    found.set(key, value);
  }
  return found;
}

function readPrivate(world: DingtalkWorld, body: Json): Map<string, Map<string, string>> {
  const all = objectAt(body, 'privateData');
  return new Map(Object.keys(all).map((user) => [user, textsOf(world, objectAt(objectAt(all, user), 'cardParamMap'))]));
}

/** Shows a card in each place that `openSpaceId` names. */
export function deliverCard(world: DingtalkWorld, card: DingtalkCard, body: Json): DeliverResult[] {
  const [, places] = /^dtv1\.card\/\/(.+)$/i.exec(textAt(body, 'openSpaceId')) ?? [];
  if (places === undefined) throw param('openSpaceId', 'openSpaceId starts with dtv1.card//');
  return places.split(';').map((place) => deliverTo(world, card, place, body));
}

function deliverTo(world: DingtalkWorld, card: DingtalkCard, place: string, body: Json): DeliverResult {
  const cut = place.indexOf('.');
  const [spaceType, spaceId] = [place.slice(0, cut).toUpperCase(), place.slice(cut + 1)];
  const result = { spaceType, spaceId, carrierId: '' };
  const found = spaceOf(world, card, spaceType, spaceId, body);
  if (typeof found === 'string') return { ...result, success: false, errorMsg: found };
  const queryKey = newQueryKey();
  const message = world.messages.add({
    chat: found.chat,
    card,
    queryKey,
    from: { kind: 'bot', app: card.app },
    type: 'card',
    body,
    mentions: found.mentions,
    sentBy: 'card',
  });
  card.messages.push(message);
  return { ...result, success: true, carrierId: queryKey, errorMsg: '' };
}

/** Where a card goes, or why it does not. */
function spaceOf(
  world: DingtalkWorld,
  card: DingtalkCard,
  type: string,
  id: string,
  body: Json,
): { readonly chat: DingtalkChat; readonly mentions: readonly string[] } | string {
  const app = world.apps.get(card.app);
  if (app === undefined) return 'the app is gone';
  if (type === 'IM_ROBOT') {
    const member = world.accounts.member(id);
    if (member === undefined) return 'spaceId is illegal';
    if (body['imRobotOpenDeliverModel'] === undefined) return 'imRobotOpenDeliverModel is empty';
    return { chat: world.chats.direct(app, member.person.id), mentions: [] };
  }
  if (type !== 'IM_GROUP') return `spaceType ${type} is not supported`;
  const chat = world.chats.find(id);
  if (chat?.kind !== 'group' || !chat.bots.has(app.id)) return 'spaceId is illegal';
  const model = objectAt(body, 'imGroupOpenDeliverModel');
  if (textAt(model, 'robotCode') !== app.robotCode) return 'robotCode is illegal';
  return { chat, mentions: mentionsIn(world, objectAt(model, 'atUserIds')) };
}

function mentionsIn({ accounts }: DingtalkWorld, atUserIds: Json): string[] {
  return Object.keys(atUserIds).flatMap((userId) => {
    if (userId === '@ALL') return ['all'];
    const member = accounts.member(userId);
    return member === undefined ? [] : [member.person.id];
  });
}

/** What a call, or the answer to a press, changes in a card. */
export function changeCard(world: DingtalkWorld, card: DingtalkCard, body: Json, kind: Change['kind']): void {
  const options = objectAt(body, 'cardUpdateOptions');
  if (body['cardData'] !== undefined) {
    const given = readParams(world, body);
    card.params = options['updateCardDataByKey'] === true ? new Map([...card.params, ...given]) : given;
    card.state = FLOW[given.get('flowStatus') ?? ''] ?? card.state;
  }
  for (const [user, given] of readPrivate(world, body)) {
    const before = options['updatePrivateDataByKey'] === true ? (card.privateParams.get(user) ?? []) : [];
    card.privateParams.set(user, new Map([...before, ...given]));
  }
  cardChanged(world, card, kind);
}

export function cardChanged(world: DingtalkWorld, card: DingtalkCard, kind: Change['kind']): void {
  for (const message of card.messages) world.messages.updated(message, { kind, text: textOf(message) });
}
