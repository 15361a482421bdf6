import { type Json } from '../../../lib/read.ts';
import { randomHex } from '../../ids.ts';
import type { WecomApp } from '../apps.ts';
import { cutToBytes } from '../json.ts';
import type { WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import { parseXml, type XmlNode, xmlChild, xmlList, xmlText } from '../xml.ts';

/** The callback whose response is read. */
interface Asked {
  readonly app: WecomApp;
  readonly person: string | undefined;
  readonly message?: WecomMessage;
  readonly event?: string;
}

/** Events to which the vendor takes an answer (D:90241). */
const ANSWERABLE = new Set([
  'subscribe',
  'enter_agent',
  'LOCATION',
  'click',
  'view',
  'view_miniprogram',
  'scancode_waitmsg',
  'template_card_menu_event',
]);

/** Carries out what an app answered in the response; what the vendor cannot use, it drops in silence. */
export function readPassive(world: WecomWorld, asked: Asked, reply: string | undefined): void {
  if (reply === undefined) return;
  try {
    show(world, asked, parseXml(reply));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    world.recorder.badReply({ receiver: asked.app.id, why });
  }
}

/** @throws {Error} With the reason, when the vendor would not show it. */
function show(world: WecomWorld, { app, person, message, event }: Asked, xml: XmlNode): void {
  if (person === undefined) throw new Error('nobody to answer');
  if (xmlText(xml, 'FromUserName') !== world.corpId) throw new Error('FromUserName is not the corpid');
  if (xmlText(xml, 'ToUserName').toLowerCase() !== world.accounts.userId(person).toLowerCase()) {
    throw new Error('ToUserName is not the member who caused the callback');
  }
  const type = xmlText(xml, 'MsgType');
  if (event !== undefined && !ANSWERABLE.has(event)) throw new Error(`no answer is taken to ${event}`);
  const body = bodyOf(world, type, xml);
  world.messages.add({
    chat: world.chats.direct('app', app.id, person, app.name),
    from: { kind: 'bot', bot: app.id },
    type,
    id: `passive_${randomHex()}`,
    parentId: message?.id,
    ...body,
  });
}

function bodyOf(world: WecomWorld, type: string, xml: XmlNode): { body: Json; truncated?: boolean } {
  switch (type) {
    case 'text': {
      const content = xmlText(xml, 'Content');
      if (content === '') throw new Error('Content is empty');
      const cut = cutToBytes(content, world.limits.textBytes);
      return { body: { content: cut }, truncated: cut !== content };
    }
    case 'image':
    case 'voice':
    case 'video': {
      const id = xmlText(xmlChild(xml, `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`), 'MediaId');
      return { body: { media_id: id, resource: world.media.get(id, 'corp').resource.key } };
    }
    case 'news': {
      const articles = xmlList(xmlChild(xml, 'Articles'), 'item').map((item) => ({
        title: xmlText(item, 'Title'),
        description: xmlText(item, 'Description'),
        picurl: xmlText(item, 'PicUrl'),
        url: xmlText(item, 'Url'),
      }));
      return { body: { articles } };
    }
    default:
      throw new Error(`MsgType ${type} is not taken as an answer`);
  }
}
