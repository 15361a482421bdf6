import { asObject, type Json } from '../../../lib/read.ts';
import { WecomRefusal } from '../errors.ts';
import { list, text } from '../json.ts';
import type { WecomWorld } from '../world.ts';

export interface KfContent {
  readonly type: string;
  readonly body: Json;
}

const TYPES = new Set([
  'text',
  'image',
  'voice',
  'video',
  'file',
  'link',
  'miniprogram',
  'location',
  'ca_link',
  'msgmenu',
]);
const MEDIA = new Set(['image', 'voice', 'video', 'file']);
const CLICK_ID = /^[a-zA-Z0-9_]{1,128}$/;
const BYTES = { head: 1024, click: 128, view: 1024, text: 256, appTitle: 64 } as const;

/**
 * What customer service may send.
 * @throws {WecomRefusal}
 */
export function checkKfContent(world: WecomWorld, message: Json, maxItems: number): KfContent {
  const type = text(message['msgtype']);
  if (!TYPES.has(type)) throw new WecomRefusal(40008, type);
  const body = asObject(message[type]);
  if (body === undefined) throw new WecomRefusal(40058, `${type} missing`);
  if (MEDIA.has(type)) {
    const media = world.media.get(text(body['media_id']), 'corp');
    if (media.type !== type) throw new WecomRefusal(40007, `it is a ${media.type}`);
    return { type, body: { ...body, resource: media.resource.key } };
  }
  switch (type) {
    case 'text':
      checkLength(body['content'], world.limits.kfTextBytes);
      break;
    case 'link':
      checkLength(body['title'], world.limits.titleBytes);
      checkLength(body['url'], world.limits.urlBytes);
      world.media.get(text(body['thumb_media_id']), 'corp');
      break;
    case 'miniprogram':
      if (text(body['appid']) === '' || text(body['pagepath']) === '') throw new WecomRefusal(40058, type);
      if (Buffer.byteLength(text(body['title'])) > BYTES.appTitle) throw new WecomRefusal(45002);
      world.media.get(text(body['thumb_media_id']), 'corp');
      break;
    case 'location':
      if (typeof body['latitude'] !== 'number' || typeof body['longitude'] !== 'number') {
        throw new WecomRefusal(40058, type);
      }
      break;
    case 'ca_link':
      checkLength(body['link_url'], world.limits.urlBytes);
      break;
    default:
      checkMenu(body, world.limits.kfMenuButtons, maxItems);
  }
  return { type, body };
}

function checkLength(value: unknown, maxBytes: number): void {
  if (text(value) === '') throw new WecomRefusal(44004);
  if (Buffer.byteLength(text(value)) > maxBytes) throw new WecomRefusal(45002);
}

function checkMenu(menu: Json, maxButtons: number, maxItems: number): void {
  for (const name of ['head_content', 'tail_content']) {
    if (Buffer.byteLength(text(menu[name])) > BYTES.head) throw new WecomRefusal(45002, name);
  }
  const items = list(menu['list']).map((item) => asObject(item) ?? {});
  const buttons = items.filter((item) => item['type'] !== 'text');
  if (items.length > maxItems || buttons.length > maxButtons) throw new WecomRefusal(95008);
  for (const item of items) checkItem(item);
}

function checkItem(item: Json): void {
  const type = text(item['type']);
  const inside = asObject(item[type]);
  const content = text(inside?.['content']);
  const most = { click: BYTES.click, view: BYTES.view, miniprogram: BYTES.view, text: BYTES.text }[type];
  const isGood =
    inside !== undefined &&
    most !== undefined &&
    content !== '' &&
    Buffer.byteLength(content) <= most &&
    (type !== 'click' || inside['id'] === undefined || CLICK_ID.test(text(inside['id']))) &&
    (type !== 'view' || text(inside['url']) !== '') &&
    (type !== 'miniprogram' || text(inside['appid']) !== '');
  if (!isGood) throw new WecomRefusal(95009);
}
