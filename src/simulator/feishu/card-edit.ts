import { isList, record } from './card-check.ts';
import { FeishuRefusal } from './errors.ts';
import type { CardIndex, CardJson } from './model.ts';

export interface Addition {
  /** `insert_before`, `insert_after` or `append`. */
  readonly type: unknown;
  /** element_id; for `append` a container, or nothing for the card's body. */
  readonly target: unknown;
  readonly elements: readonly CardJson[];
}

/** @throws {FeishuRefusal} 300315 when the target is not there or takes no elements. */
export function addElements(json: CardJson, index: CardIndex, { type, target, elements }: Addition): void {
  if (type === 'append') return void listIn(json, index, target).push(...elements);
  if (type !== 'insert_before' && type !== 'insert_after') throw new FeishuRefusal(10002, 'type');
  const place = typeof target === 'string' ? index.places.get(target) : undefined;
  if (place?.list === undefined) throw new FeishuRefusal(300315, `target ${JSON.stringify(target)}`);
  const at = place.list.indexOf(place.node);
  place.list.splice(type === 'insert_before' ? at : at + 1, 0, ...elements);
}

function listIn(json: CardJson, index: CardIndex, target: unknown): CardJson[] {
  const isBody = target === undefined || target === '';
  const holder = isBody
    ? record(json['body'])
    : typeof target === 'string'
      ? index.places.get(target)?.node
      : undefined;
  const list = holder?.['elements'];
  if (!isList(list)) throw new FeishuRefusal(300315, `target ${JSON.stringify(target)}`);
  return list;
}

/** @throws {FeishuRefusal} 300313 */
export function replaceElement(index: CardIndex, id: unknown, element: CardJson): void {
  const place = typeof id === 'string' ? index.places.get(id) : undefined;
  if (place?.list === undefined) throw new FeishuRefusal(300313, String(id));
  place.list[place.list.indexOf(place.node)] = element;
}

/** @throws {FeishuRefusal} 300312 or 300313 */
export function patchElement(index: CardIndex, id: unknown, part: CardJson): void {
  const place = typeof id === 'string' ? index.places.get(id) : undefined;
  if (place === undefined) throw new FeishuRefusal(300313, String(id));
  if (part['tag'] !== undefined && part['tag'] !== place.node['tag']) throw new FeishuRefusal(300312);
  Object.assign(place.node, part);
}

/** @throws {FeishuRefusal} 300314 */
export function deleteElement(index: CardIndex, id: unknown): void {
  const place = typeof id === 'string' ? index.places.get(id) : undefined;
  if (place?.list === undefined) throw new FeishuRefusal(300314, String(id));
  place.list.splice(place.list.indexOf(place.node), 1);
}
