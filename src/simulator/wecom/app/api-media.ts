import { type FormPart, readForm } from '../../multipart.ts';
import { type Call, type Endpoint, json, type Reply } from '../call.ts';
import { WecomRefusal } from '../errors.ts';
import { imageType, MEDIA_TYPES, type MediaOwner, type MediaType } from '../media.ts';
import type { WecomWorld } from '../world.ts';

/** Files, up and down. */
export const MEDIA_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: 'media/upload',
    token: 'any',
    run: (call) => uploadForm(call, MEDIA_TYPES, 'corp'),
  },
  { method: 'GET', path: 'media/get', token: 'any', run: download },
  { method: 'GET', path: 'media/get/jssdk', token: 'any', run: download },
  { method: 'POST', path: 'media/uploadimg', token: 'any', run: uploadImage },
];

/** A part of the form; of a file's two names the vendor reads the plain one alone. */
function partOf({ contentType, body }: Call, name: string): FormPart | undefined {
  return readForm(contentType, body)?.find((part) => part.name === name);
}

/** An upload by form: the part is called `media`. */
export function uploadForm(call: Call, types: readonly MediaType[], owner: MediaOwner): Reply {
  const type = types.find((one) => one === call.query.get('type'));
  if (type === undefined) throw new WecomRefusal(40004);
  const part = partOf(call, 'media');
  if (part === undefined) throw new WecomRefusal(44001);
  const media = call.world.media.upload({
    type,
    owner,
    name: part.fileName ?? 'file',
    mime: part.mime ?? 'application/octet-stream',
    content: Buffer.from(part.content),
  });
  const created = String(Math.floor(media.createdAt / 1000));
  return json({ errmsg: owner === 'corp' ? '' : 'ok', type, media_id: media.id, created_at: created });
}

function download({ world, query }: Call): Reply {
  const id = query.get('media_id') ?? '';
  if (id === '') throw new WecomRefusal(41006);
  const { resource } = world.media.get(id, 'corp');
  return { kind: 'file', name: resource.name, mime: resource.mime, content: resource.content ?? resource.bytes };
}

function uploadImage(call: Call): Reply {
  const { world } = call;
  const part = partOf(call, 'media') ?? partOf(call, 'file');
  if (part === undefined) throw new WecomRefusal(44001);
  if (part.content.length > world.limits.permanentImageBytes) throw new WecomRefusal(45001);
  if (imageType(part.content) === undefined) throw new WecomRefusal(40123);
  const media = world.media.upload({
    type: 'image',
    owner: 'corp',
    name: part.fileName ?? 'image',
    mime: part.mime ?? 'application/octet-stream',
    content: Buffer.from(part.content),
  });
  return json({ url: pictureUrl(world, media.resource.key) });
}

/** Where a picture can be seen without a token. */
export function pictureUrl(world: WecomWorld, key: string): string {
  return `${world.baseUrl}/sim/resources/${encodeURIComponent(key)}`;
}
