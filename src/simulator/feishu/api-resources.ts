import { randomUUID } from 'node:crypto';
import { type FormPart, readForm } from '../multipart.ts';
import type { StoredResource } from '../resources.ts';
import { SCOPE } from './apps.ts';
import { type Call, data, type Endpoint, type Reply } from './call.ts';
import { record } from './card-check.ts';
import { FeishuRefusal } from './errors.ts';
import { imageType } from './image-type.ts';
import type { FeishuMessage } from './model.ts';

const RESOURCES = [SCOPE.resource];

/** Images and files, up and down. */
export const RESOURCE_ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: '/open-apis/im/v1/images', scopes: RESOURCES, run: uploadImage },
  { method: 'GET', path: '/open-apis/im/v1/images/:key', scopes: RESOURCES, run: downloadOwn },
  { method: 'POST', path: '/open-apis/im/v1/files', scopes: RESOURCES, run: uploadFile },
  { method: 'GET', path: '/open-apis/im/v1/files/:key', scopes: RESOURCES, run: downloadOwn },
  {
    method: 'GET',
    path: '/open-apis/im/v1/messages/:id/resources/:key',
    scopes: [SCOPE.resource, SCOPE.send, SCOPE.read],
    run: downloadSent,
  },
];

const FILE_TYPES = new Set(['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream']);

export function newImageKey(): string {
  return `img_v3_02demo_${randomUUID()}g`;
}

export function newFileKey(): string {
  return `file_v3_00demo_${randomUUID()}g`;
}

function form(call: Call): ReadonlyMap<string, FormPart> {
  return new Map(readForm(call.contentType, call.body)?.map((part) => [part.name, part]));
}

function uploadImage(call: Call): Reply {
  const { world, app } = call;
  const fields = form(call);
  const type = fields.get('image_type')?.content.toString();
  const image = fields.get('image');
  if (image === undefined || (type !== 'message' && type !== 'avatar')) throw new FeishuRefusal(234001);
  if (image.content.length === 0) throw new FeishuRefusal(234010);
  if (image.content.length > world.limits.imageBytes) throw new FeishuRefusal(234006);
  const mime = imageType(image.content);
  if (mime === undefined) throw new FeishuRefusal(234011);
  const key = newImageKey();
  const name = image.extendedFileName ?? image.fileName ?? key;
  world.shared.resources.add({ key, name, mime, type: 'image', owner: app.id, content: Buffer.from(image.content) });
  return data({ image_key: key });
}

function uploadFile(call: Call): Reply {
  const { world, app } = call;
  const fields = form(call);
  const type = fields.get('file_type')?.content.toString() ?? '';
  const name = fields.get('file_name')?.content.toString() ?? '';
  const file = fields.get('file');
  if (file === undefined || name === '' || !FILE_TYPES.has(type)) throw new FeishuRefusal(234001);
  if (file.content.length === 0) throw new FeishuRefusal(234010);
  if (file.content.length > world.limits.fileBytes) throw new FeishuRefusal(234006);
  const key = newFileKey();
  const mime = type === 'opus' ? 'audio/ogg' : (file.mime ?? 'text/plain');
  world.shared.resources.add({ key, name, mime, type, owner: app.id, content: Buffer.from(file.content) });
  return data({ file_key: key });
}

function downloadOwn({ world, app, path }: Call): Reply {
  const resource = world.shared.resources.find(path[0] ?? '');
  if (resource === undefined) throw new FeishuRefusal(234001);
  if (resource.owner !== app.id) throw new FeishuRefusal(230017);
  return fileReply(resource);
}

/** What somebody sent: the message must be where the bot is, and must name the file. */
function downloadSent({ world, app, path, query }: Call): Reply {
  const [id = '', key = ''] = path;
  const type = query.get('type');
  const message = world.messages.find(id);
  if (message === undefined || (type !== 'image' && type !== 'file')) throw new FeishuRefusal(234001);
  if (!message.chat.bots.has(app.id)) throw new FeishuRefusal(234004);
  if (message.recalledAt !== undefined) throw new FeishuRefusal(234003);
  if (message.type === 'sticker' || message.type === 'interactive' || message.upperId !== undefined) {
    throw new FeishuRefusal(234043);
  }
  const resource = world.shared.resources.find(key);
  if (resource === undefined || !keysOf(message).includes(key)) throw new FeishuRefusal(234003);
  if ((type === 'image') !== (resource.type === 'image')) throw new FeishuRefusal(234001);
  if (resource.bytes > world.limits.downloadBytes) throw new FeishuRefusal(234037);
  return fileReply(resource);
}

/** The keys of files and images that a message names. */
function keysOf(message: FeishuMessage): string[] {
  const content = record(JSON.parse(message.content)) ?? {};
  const keys = [content['image_key'], content['file_key']];
  const paragraphs = Array.isArray(content['content']) ? content['content'].flat() : [];
  for (const node of paragraphs.map(record)) keys.push(node?.['image_key'], node?.['file_key']);
  return keys.filter((key) => typeof key === 'string');
}

function fileReply({ name, mime, bytes, content }: StoredResource): Reply {
  return { kind: 'file', name, mime, content: content ?? bytes };
}
