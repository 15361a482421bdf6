import type { WecomApp } from '../apps.ts';
import type { Callback } from '../deliver.ts';
import { list, text } from '../json.ts';
import type { Media } from '../media.ts';
import type { WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import { toXml, type XmlFields } from '../xml.ts';
import { pictureUrl } from './api-media.ts';
import { readPassive } from './passive.ts';

/** What the callback about a person's message says; undefined for what never reaches an app. */
export function messageCallback(
  world: WecomWorld,
  app: WecomApp,
  message: WecomMessage,
  person: string,
): Callback | undefined {
  const fields = messageFields(world, message);
  if (fields === undefined) return undefined;
  const plain = toXml({
    ...head(world, person, message.createdAt),
    MsgType: message.type,
    ...fields,
    MsgId: BigInt(message.id),
    AgentID: app.agentId,
  });
  return {
    receiver: app,
    event: message.type,
    plain,
    message,
    packing: { as: 'xml', agentId: app.agentId },
    answered: (reply) => readPassive(world, { app, person, message }, reply),
  };
}

export interface AppEvent {
  /** The vendor's `Event`: `click`, `enter_agent`, … */
  readonly event: string;
  /** Who caused it; `sys` where nobody did. */
  readonly person?: string | undefined;
  /** What else stands in it, in the vendor's words. */
  readonly fields?: XmlFields;
}

/** What the callback about an event says. */
export function eventCallback(world: WecomWorld, app: WecomApp, { event, person, fields = {} }: AppEvent): Callback {
  const { AgentID: agentId = app.agentId, ...rest } = fields;
  const plain = toXml({
    ...head(world, person, world.clock.now()),
    MsgType: 'event',
    Event: event,
    ...rest,
    AgentID: agentId,
  });
  return {
    receiver: app,
    event: `event ${event}`,
    plain,
    packing: { as: 'xml', agentId: app.agentId },
    answered: (reply) => readPassive(world, { app, person, event }, reply),
  };
}

function head(world: WecomWorld, person: string | undefined, at: number): XmlFields {
  return {
    ToUserName: world.corpId,
    FromUserName: person === undefined ? 'sys' : world.accounts.userId(person),
    CreateTime: Math.floor(at / 1000),
  };
}

function messageFields(world: WecomWorld, message: WecomMessage): XmlFields | undefined {
  const { body } = message;
  switch (message.type) {
    case 'text':
      return { Content: text(body['content']) };
    case 'image': {
      const media = share(world, message);
      return { PicUrl: pictureUrl(world, media.resource.key), MediaId: media.id };
    }
    case 'voice':
      return { MediaId: share(world, message).id, Format: 'amr' };
    case 'video': {
      const media = share(world, message);
      return { MediaId: media.id, ThumbMediaId: media.id };
    }
    case 'location':
      return {
        Location_X: Number(body['latitude']),
        Location_Y: Number(body['longitude']),
        Scale: 15,
        Label: text(body['label']),
        AppType: 'wxwork',
      };
    case 'link':
      return {
        Title: text(body['title']),
        Description: text(body['description']),
        Url: text(body['url']),
        PicUrl: text(body['picurl']),
      };
    default:
      return undefined;
  }
}

function share(world: WecomWorld, message: WecomMessage): Media {
  const resource = world.shared.resources.find(text(message.body['resource']));
  if (resource === undefined) throw new Error('the message has no file');
  return world.media.share(message.type as Media['type'], resource);
}

/** The `type` of a menu entry, as the gateway set it. */
export function menuType(app: WecomApp, key: string): string {
  const menu = typeof app.ownMenu === 'object' && app.ownMenu !== null ? app.ownMenu : {};
  const tops = 'button' in menu ? list(menu.button) : [];
  const all = tops.flatMap((top) => [top, ...list((top as { sub_button?: unknown }).sub_button)]);
  const found = all.find((one) => {
    const item = one as Record<string, unknown>;
    return item['key'] === key || item['url'] === key || item['pagepath'] === key;
  }) as Record<string, unknown> | undefined;
  return text(found?.['type']) || 'click';
}
