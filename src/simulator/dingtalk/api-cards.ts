import { type Json, textAt } from '../../lib/read.ts';
import { randomHex } from '../ids.ts';
import type { DingtalkApp } from './apps.ts';
import { appOf, type Call, checkScope, type Endpoint, json, jsonBody } from './call.ts';
import { cardChanged, cardOf, changeCard, createCard, deliverCard, param, templateOf } from './cards.ts';
import { ApiRefusal } from './errors.ts';
import type { DingtalkCard } from './model.ts';
import type { DingtalkWorld } from './world.ts';

const BASE = { api: 'new', token: 'app', counted: true } as const;
const WRITE = 'Card.Instance.Write';
const STREAM = 'Card.Streaming.Write';

export const CARD_ENDPOINTS: readonly Endpoint[] = [
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/card/instances/createAndDeliver',
    scope: WRITE,
    run(call) {
      const { world } = call;
      const body = jsonBody(call);
      const card = createCard(world, appOf(call), body);
      return json({
        success: true,
        result: { outTrackId: card.track, deliverResults: deliverCard(world, card, body) },
      });
    },
  },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/card/instances',
    scope: WRITE,
    run: (call) => json({ success: true, result: createCard(call.world, appOf(call), jsonBody(call)).track }),
  },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/card/instances/deliver',
    scope: WRITE,
    run(call) {
      const body = jsonBody(call);
      return json({ success: true, result: deliverCard(call.world, existing(call, body), body) });
    },
  },
  {
    ...BASE,
    method: 'PUT',
    path: '/v1.0/card/instances',
    scope: WRITE,
    run(call) {
      const body = jsonBody(call);
      const card = existing(call, body);
      if (card.bornEmpty) throw param('empty', 'the card was made without any data');
      changeCard(call.world, card, body, 'update');
      return json({ success: true, result: true });
    },
  },
  { ...BASE, method: 'PUT', path: '/v1.0/card/streaming', run: stream },
  {
    ...BASE,
    method: 'POST',
    path: '/v1.0/card/callbacks/register',
    scope: WRITE,
    run(call) {
      const body = jsonBody(call);
      const [routeKey, url] = [textAt(body, 'callbackRouteKey'), textAt(body, 'callbackUrl')];
      if (routeKey === '' || !URL.canParse(url)) throw param('callbackUrl', 'callbackRouteKey or callbackUrl is wrong');
      const { cardRoutes } = appOf(call);
      if (cardRoutes.has(routeKey) && body['forceUpdate'] !== true) throw param('callbackRouteKey', 'it is in use');
      const apiSecret = textAt(body, 'apiSecret') || randomHex();
      cardRoutes.set(routeKey, { url, apiSecret });
      return json({ success: true, result: { callbackUrl: url, apiSecret } });
    },
  },
];

function existing(call: Call, body: Json): DingtalkCard {
  const card = cardOf(call.world, appOf(call), textAt(body, 'outTrackId'));
  if (card === undefined) throw param('cardNotExist', 'card is not exist');
  return card;
}

/** (api-streamingupdate) */
function stream(call: Call) {
  const { world } = call;
  const app = appOf(call);
  checkStreamScope(world, app);
  const body = jsonBody(call);
  const [key, content, guid] = [textAt(body, 'key'), textAt(body, 'content'), textAt(body, 'guid')];
  if (guid === '') throw param('stream.guidEmpty', 'guid is empty');
  if (key === '') throw param('stream.keyEmpty', 'key is empty');
  if (content === '') throw param('stream.contentEmpty', 'content is empty');
  if (Buffer.byteLength(content) > world.limits.streamBytes) throw param('stream.content', 'content is too large');
  const card = cardOf(world, app, textAt(body, 'outTrackId'));
  if (card === undefined) throw param('stream.outTrackId', 'card is not exist');
  if (card.bornEmpty) throw param('empty', 'the card was made without any data');
  // The same call again, as after a lost answer.
  if (card.guids.has(guid)) return json({ success: true, result: true });
  checkStream(world, card, key, body);
  card.guids.add(guid);
  card.streamed += 1;
  card.params.set(key, body['isFull'] === true ? content : (card.params.get(key) ?? '') + content);
  card.state = nextState(body);
  cardChanged(world, card, 'stream');
  return json({ success: true, result: true });
}

function checkStreamScope({ rules }: DingtalkWorld, app: DingtalkApp): void {
  if (rules.streamDenied === 'unknownError' && !app.scopes.has(STREAM)) throw unknownError();
  checkScope(app, STREAM);
}

function checkStream(world: DingtalkWorld, card: DingtalkCard, key: string, body: Json): void {
  const template = templateOf(world, card);
  if (!template.streamKeys.includes(key)) throw unknownError();
  const isMarkdown = (template.markdownKeys ?? template.streamKeys).includes(key);
  if (isMarkdown && body['isFull'] !== true) throw param('stream.isFull', 'markdown takes isFull only');
  if (body['isError'] === true && template.failedState === false) throw unknownError();
  const isOver = card.state === 'finished' || card.state === 'failed';
  if (isOver && !world.rules.streamAfterEnd) throw unknownError();
  if (template.classic === true && card.state === 'waiting' && world.rules.needsInputState) throw unknownError();
}

/** What the vendor says to a wrong key, a wrong state, or a template that does not stream. */
function unknownError(): ApiRefusal {
  return new ApiRefusal(500, 'unknownError', 'unknownError');
}

function nextState(body: Json): DingtalkCard['state'] {
  if (body['isError'] === true) return 'failed';
  return body['isFinalize'] === true ? 'finished' : 'input';
}
