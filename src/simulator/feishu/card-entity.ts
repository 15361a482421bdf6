import { randomInt } from 'node:crypto';
import type { SimClock } from '../clock.ts';
import type { FeishuApp } from './apps.ts';
import { type CardRules, checkCard, checkMarkdown, record } from './card-check.ts';
import { FeishuRefusal } from './errors.ts';
import type { CardEntity, CardIndex, CardJson, Update } from './model.ts';
import type { Rates } from './rates.ts';

/** What every operation carries. */
export interface Operation {
  readonly kind: string;
  readonly sequence: unknown;
  readonly uuid: unknown;
  /** What the uuid stands for; another operation with the same uuid is refused. */
  readonly content: string;
  readonly element?: string;
}

export interface Cards {
  create(app: FeishuApp, data: string): CardEntity;
  find(id: string): CardEntity | undefined;
  /**
   * Checks the card, its owner, uuid and sequence, then does the work.
   * @throws {FeishuRefusal} Nothing has changed then.
   */
  operate(app: FeishuApp, id: string, operation: Operation, work: (entity: CardEntity) => void): void;
  /** The whole new text of one element. */
  stream(entity: CardEntity, element: string, text: unknown, sequence: number): void;
  /** Changes the card's JSON as a whole: all of it or, when the result is not a card, nothing. */
  reshape(entity: CardEntity, change: (json: CardJson, index: CardIndex) => CardJson | void): void;
  clear(): void;
}

export interface CardListener {
  /** An operation was done; for a streamed text, `kept` characters of the old text stay. */
  changed(entity: CardEntity, update: Update, kept: number | undefined): void;
}

const MAX_SEQUENCE = 2_147_483_647;
const MAX_TEXT = 100_000;

export interface CardBookParts {
  readonly clock: SimClock;
  readonly rates: Rates;
  readonly rulesFor: (app: FeishuApp) => CardRules;
  readonly listener: CardListener;
  /** Most entities in memory. */
  readonly keep: number;
  readonly keepHistory: boolean;
}

export function createCards(parts: CardBookParts): Cards {
  const { clock, rates, rulesFor } = parts;
  const all = new Map<string, CardEntity>();

  const cards: Cards = {
    find: (id) => all.get(id),
    create(app, data) {
      const json = parseCard(data);
      const rules = rulesFor(app);
      const index = checkCard(json, rules);
      const bytes = Buffer.byteLength(data);
      if (bytes > rules.limits.cardBytes) throw new FeishuRefusal(200860);
      const entity = blankEntity(app, json, index, bytes, clock.now());
      applySettings(entity, record(json['config']), clock.now(), rules.limits.streamWindowMs);
      all.set(entity.id, entity);
      if (all.size > parts.keep) all.delete(all.keys().next().value ?? '');
      return entity;
    },
    operate(app, id, operation, work) {
      const entity = all.get(id);
      if (entity === undefined) throw new FeishuRefusal(200740);
      if (entity.app !== app) throw new FeishuRefusal(300311);
      if (clock.now() > entity.createdAt + rulesFor(app).limits.cardLifeMs) throw new FeishuRefusal(200750);
      if (isRepeated(entity, operation)) return;
      rates.takeCard(id);
      const sequence = checkSequence(entity, operation.sequence);
      const streamedBefore = operation.element === undefined ? undefined : entity.streamed.get(operation.element);
      work(entity);
      entity.sequence = sequence;
      entity.updates += 1;
      if (typeof operation.uuid === 'string') entity.uuids.set(operation.uuid, fingerprint(operation));
      const update = updateOf(operation, sequence, clock.now());
      if (parts.keepHistory) entity.history.push(update);
      const streamed = operation.element === undefined ? undefined : entity.streamed.get(operation.element);
      parts.listener.changed(entity, update, streamed === streamedBefore ? undefined : streamed?.kept);
    },
    stream(entity, element, text, sequence) {
      const place = entity.index.places.get(element);
      if (place === undefined) throw new FeishuRefusal(300313, element);
      const { node } = place;
      if (node['tag'] !== 'markdown' && node['tag'] !== 'plain_text') throw new FeishuRefusal(300310, element);
      if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT) throw new FeishuRefusal(10002, 'content');
      if (!isStreaming(entity, clock.now()))
        throw new FeishuRefusal(entity.streamingUntil === undefined ? 300309 : 200850);
      const before = typeof node['content'] === 'string' ? node['content'] : '';
      const rules = rulesFor(entity.app);
      const bytes = entity.bytes + Buffer.byteLength(text) - Buffer.byteLength(before);
      if (bytes > rules.limits.cardBytes) throw new FeishuRefusal(200860);
      const tables = entity.tables + tablesIn(node, text, rules) - tablesIn(node, before, rules);
      if (tables > rules.limits.cardTables) throw new FeishuRefusal(11310);
      entity.bytes = bytes;
      entity.tables = tables;
      node['content'] = text;
      const kept = text.startsWith(before) ? before.length : 0;
      entity.streamed.set(element, { text, kept, sequence, at: clock.now() });
    },
    reshape(entity, change) {
      const rules = rulesFor(entity.app);
      const copy = structuredClone(entity.json);
      const json = change(copy, checkCard(copy, rules)) ?? copy;
      const index = checkCard(json, rules);
      const bytes = Buffer.byteLength(JSON.stringify(json));
      if (bytes > rules.limits.cardBytes) throw new FeishuRefusal(200860);
      Object.assign(entity, { json, index, bytes, tables: index.tables });
      for (const id of entity.streamed.keys()) {
        if (index.places.get(id)?.node['content'] !== entity.streamed.get(id)?.text) entity.streamed.delete(id);
      }
    },
    clear: () => all.clear(),
  };
  return cards;
}

function blankEntity(app: FeishuApp, json: CardJson, index: CardIndex, bytes: number, now: number): CardEntity {
  return {
    id: `7${String(randomInt(100_000_000)).padStart(8, '0')}${String(randomInt(1_000_000_000)).padStart(9, '0')}`,
    app,
    createdAt: now,
    json,
    index,
    bytes,
    tables: index.tables,
    sequence: 0,
    streamingUntil: undefined,
    sentAs: undefined,
    uuids: new Map(),
    streamed: new Map(),
    updates: 0,
    history: [],
  };
}

export function isStreaming(entity: CardEntity, now: number): boolean {
  return entity.streamingUntil !== undefined && now < entity.streamingUntil;
}

/** Opens or closes streaming when the settings speak of it. */
export function applySettings(entity: CardEntity, config: CardJson | undefined, now: number, windowMs: number): void {
  const mode = config?.['streaming_mode'];
  if (mode === true) entity.streamingUntil = now + windowMs;
  if (mode === false) entity.streamingUntil = undefined;
}

/** @throws {FeishuRefusal} 200621. */
export function parseCard(data: unknown): CardJson {
  if (typeof data !== 'string') throw new FeishuRefusal(200621, 'data must be a JSON string');
  try {
    const json = record(JSON.parse(data));
    if (json !== undefined) return json;
  } catch {
    // Told below, like every other thing that is not a card.
  }
  throw new FeishuRefusal(200621);
}

function tablesIn(node: CardJson, text: string, rules: CardRules): number {
  return node['tag'] === 'markdown' ? checkMarkdown(text, rules) : 0;
}

function isRepeated(entity: CardEntity, operation: Operation): boolean {
  const { uuid } = operation;
  if (uuid === undefined || uuid === '') return false;
  if (typeof uuid !== 'string' || uuid.length > 64) throw new FeishuRefusal(10002, 'uuid');
  const before = entity.uuids.get(uuid);
  if (before !== undefined && before !== fingerprint(operation)) throw new FeishuRefusal(200770);
  return before !== undefined;
}

function fingerprint(operation: Operation): string {
  return `${operation.kind} ${String(operation.sequence)} ${operation.element ?? ''}`;
}

function checkSequence(entity: CardEntity, sequence: unknown): number {
  if (typeof sequence !== 'number' || !Number.isInteger(sequence) || sequence < 1 || sequence > MAX_SEQUENCE) {
    throw new FeishuRefusal(10002, 'sequence');
  }
  if (sequence <= entity.sequence) throw new FeishuRefusal(300317, `last ${entity.sequence}, got ${sequence}`);
  return sequence;
}

function updateOf(operation: Operation, sequence: number, at: number): Update {
  const { kind, element, content } = operation;
  return { at, kind, sequence, content, ...(element === undefined ? {} : { element }) };
}
