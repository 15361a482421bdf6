import { SCOPE } from './apps.ts';
import { type Call, data, type Endpoint, jsonBody, type Reply, unpacked } from './call.ts';
import { isList, record } from './card-check.ts';
import { addElements, deleteElement, patchElement, replaceElement } from './card-edit.ts';
import { applySettings, parseCard } from './card-entity.ts';
import { FeishuRefusal } from './errors.ts';
import type { CardEntity } from './model.ts';

const CARDS = '/open-apis/cardkit/v1/cards';
const CARD = [SCOPE.card];
const MAX_DATA = 3_000_000;
const MAX_SETTINGS = 100_000;

/** Card entities and what can be done to them. */
export const CARDKIT_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: CARDS, scopes: CARD, run: create },
  { method: 'PUT', path: `${CARDS}/:id`, scopes: CARD, run: replaceCard },
  { method: 'PATCH', path: `${CARDS}/:id/settings`, scopes: CARD, run: settings },
  { method: 'POST', path: `${CARDS}/:id/batch_update`, scopes: CARD, run: batch },
  { method: 'POST', path: `${CARDS}/:id/elements`, scopes: CARD, run: add },
  { method: 'PUT', path: `${CARDS}/:id/elements/:element`, scopes: CARD, run: replace },
  { method: 'PATCH', path: `${CARDS}/:id/elements/:element`, scopes: CARD, run: patch },
  { method: 'DELETE', path: `${CARDS}/:id/elements/:element`, scopes: CARD, run: remove },
  { method: 'PUT', path: `${CARDS}/:id/elements/:element/content`, scopes: CARD, run: content },
  { method: 'POST', path: `${CARDS}/id_convert`, scopes: CARD, run: convertId },
];

function create(call: Call): Reply {
  const { type, data: card } = jsonBody(call);
  if (type === 'template') throw new FeishuRefusal(200380);
  if (type !== 'card_json' || typeof card !== 'string') throw new FeishuRefusal(10002, 'type or data');
  if (card.length > MAX_DATA) throw new FeishuRefusal(200860);
  return data({ card_id: call.world.cards.create(call.app, card).id });
}

/** Reads what all operations have in common and has the work done. */
function operate(
  call: Call,
  kind: string,
  what: (body: Record<string, unknown>) => string,
  work: (entity: CardEntity, body: Record<string, unknown>) => void,
): Reply {
  const body = jsonBody(call);
  const [id = '', element] = call.path;
  const { sequence, uuid } = body;
  const operation = { kind, sequence, uuid, content: what(body), ...(element === undefined ? {} : { element }) };
  call.world.cards.operate(call.app, id, operation, (entity) => work(entity, body));
  return data({}, call.world.cards.find(id)?.sentAs?.id);
}

const text =
  (key: string) =>
  (body: Record<string, unknown>): string => {
    const value = body[key];
    return typeof value === 'string' ? value : JSON.stringify(value ?? '');
  };

function content(call: Call): Reply {
  return operate(call, 'content', text('content'), (entity, body) => {
    call.world.cards.stream(entity, call.path[1] ?? '', body['content'], Number(body['sequence']));
  });
}

function settings(call: Call): Reply {
  return operate(call, 'settings', text('settings'), (entity, body) => {
    if (text('settings')(body).length > MAX_SETTINGS) throw new FeishuRefusal(10002, 'settings');
    changeSettings(call, entity, body['settings']);
  });
}

/** The documented form is `{"config": {…}}`; a client in the field sends the inner object, and that works too. */
function changeSettings(call: Call, entity: CardEntity, value: unknown): void {
  const given = record(unpacked(value));
  if (given === undefined) throw new FeishuRefusal(10002, 'settings');
  const config = record(given['config']) ?? ('card_link' in given ? {} : given);
  const link = record(given['card_link']);
  call.world.cards.reshape(entity, (json) => {
    json['config'] = { ...record(json['config']), ...config };
    if (link !== undefined) json['card_link'] = link;
  });
  applySettings(entity, config, call.world.clock.now(), call.world.limits.streamWindowMs);
}

function replaceCard(call: Call): Reply {
  return operate(
    call,
    'replace',
    (body) => text('data')(record(body['card']) ?? {}),
    (entity, body) => {
      const card = record(body['card']);
      if (card?.['type'] !== 'card_json') throw new FeishuRefusal(10002, 'card');
      const json = parseCard(card['data']);
      call.world.cards.reshape(entity, () => json);
      applySettings(entity, record(json['config']), call.world.clock.now(), call.world.limits.streamWindowMs);
    },
  );
}

function add(call: Call): Reply {
  return operate(call, 'add', text('elements'), (entity, body) => addTo(call, entity, body));
}

function addTo(call: Call, entity: CardEntity, params: Record<string, unknown>): void {
  const elements = unpacked(params['elements']);
  if (!isList(elements) || elements.length === 0) throw new FeishuRefusal(300307);
  call.world.cards.reshape(entity, (json, index) => {
    addElements(json, index, { type: params['type'], target: params['target_element_id'], elements });
  });
}

function replace(call: Call): Reply {
  return operate(call, 'update-element', text('element'), (entity, body) => {
    replaceIn(call, entity, { element_id: call.path[1], element: body['element'] });
  });
}

function replaceIn(call: Call, entity: CardEntity, params: Record<string, unknown>): void {
  const element = record(unpacked(params['element']));
  if (element === undefined) throw new FeishuRefusal(300307);
  call.world.cards.reshape(entity, (_json, index) => replaceElement(index, params['element_id'], element));
}

function patch(call: Call): Reply {
  return operate(call, 'patch-element', text('partial_element'), (entity, body) => {
    patchIn(call, entity, { element_id: call.path[1], partial_element: body['partial_element'] });
  });
}

function patchIn(call: Call, entity: CardEntity, params: Record<string, unknown>): void {
  const part = record(unpacked(params['partial_element']));
  if (part === undefined) throw new FeishuRefusal(300307);
  call.world.cards.reshape(entity, (_json, index) => patchElement(index, params['element_id'], part));
}

function remove(call: Call): Reply {
  return operate(
    call,
    'delete-element',
    () => '',
    (entity) => removeFrom(call, entity, [call.path[1]]),
  );
}

function removeFrom(call: Call, entity: CardEntity, ids: unknown): void {
  if (!Array.isArray(ids)) throw new FeishuRefusal(10002, 'element_ids');
  call.world.cards.reshape(entity, (_json, index) => {
    for (const id of ids as unknown[]) deleteElement(index, id);
  });
}

/** Several changes under one sequence: all or none. */
function batch(call: Call): Reply {
  return operate(call, 'batch', text('actions'), (entity, body) => {
    const actions = unpacked(body['actions']);
    if (!isList(actions) || actions.length === 0) throw new FeishuRefusal(10002, 'actions');
    const { json, index, bytes, tables, streamingUntil } = entity;
    const streamed = new Map(entity.streamed);
    try {
      for (const action of actions) act(call, entity, action);
    } catch (error) {
      Object.assign(entity, { json, index, bytes, tables, streamingUntil });
      for (const [id, element] of streamed) entity.streamed.set(id, element);
      throw error;
    }
  });
}

function act(call: Call, entity: CardEntity, action: Record<string, unknown>): void {
  const params = record(action['params']) ?? {};
  switch (action['action']) {
    case 'partial_update_setting':
      return changeSettings(call, entity, params['settings']);
    case 'add_elements':
      return addTo(call, entity, params);
    case 'delete_elements':
      return removeFrom(call, entity, params['element_ids']);
    case 'partial_update_element':
      return patchIn(call, entity, params);
    case 'update_element':
      return replaceIn(call, entity, params);
    default:
      throw new FeishuRefusal(10002, `action ${String(action['action'])}`);
  }
}

function convertId(call: Call): Reply {
  const { message_id: id } = jsonBody(call);
  const entity = typeof id === 'string' ? call.world.messages.find(id)?.entity : undefined;
  if (entity === undefined) throw new FeishuRefusal(200740);
  return data({ card_id: entity.id });
}
