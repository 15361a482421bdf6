import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { Resources, StoredResource } from '../resources.ts';
import { WecomRefusal } from './errors.ts';
import type { WecomLimits } from './limits.ts';

export type MediaType = 'image' | 'voice' | 'video' | 'file';
export const MEDIA_TYPES: readonly MediaType[] = ['image', 'voice', 'video', 'file'];

/** Who may use a media_id: the whole company, one webhook, or one bot. */
export type MediaOwner = 'corp' | `robot ${string}` | `bot ${string}`;

/** A media_id: good for three days. */
export interface Media {
  readonly id: string;
  readonly type: MediaType;
  readonly owner: MediaOwner;
  readonly resource: StoredResource;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewMedia {
  readonly type: MediaType;
  readonly owner: MediaOwner;
  readonly name: string;
  readonly mime: string;
  readonly content: Buffer;
}

export interface MediaStore {
  /** @throws {WecomRefusal} When the vendor would not take the file. */
  upload(media: NewMedia): Media;
  /** What a person sent, whatever its size. */
  share(type: MediaType, resource: StoredResource): Media;
  /** @throws {WecomRefusal} 40007 when it is unknown, over, or somebody else's. */
  get(id: string, owner: MediaOwner): Media;
  clear(): void;
}

export function createMedia(clock: SimClock, limits: WecomLimits, resources: Resources): MediaStore {
  const all = new Map<string, Media>();
  const keep = (type: MediaType, owner: MediaOwner, resource: StoredResource, id = newMediaId()): Media => {
    const now = clock.now();
    const media: Media = { id, type, owner, resource, createdAt: now, expiresAt: now + limits.mediaMs };
    all.set(id, media);
    return media;
  };
  return {
    upload({ type, owner, name, mime, content }) {
      checkFile(limits, type, content);
      const key = newMediaId();
      const seen = type === 'image' ? (imageType(content) ?? mime) : mime;
      return keep(type, owner, resources.add({ key, name, mime: seen, type, content }), key);
    },
    share: (type, resource) => keep(type, 'corp', resource),
    get(id, owner) {
      const media = all.get(id);
      if (media === undefined || media.expiresAt <= clock.now() || media.owner !== owner) {
        throw new WecomRefusal(40007);
      }
      return media;
    },
    clear: () => all.clear(),
  };
}

function newMediaId(): string {
  return `3${Buffer.from(randomHex() + randomHex(), 'hex').toString('base64url')}`;
}

/** @throws {WecomRefusal} */
function checkFile(limits: WecomLimits, type: MediaType, content: Buffer): void {
  if (content.length === 0) throw new WecomRefusal(44001);
  if (content.length <= limits.mediaMinBytes) throw new WecomRefusal(44001, 'a file has more than 5 bytes');
  const most = { image: limits.imageBytes, voice: limits.voiceBytes, video: limits.videoBytes, file: limits.fileBytes };
  if (content.length > most[type]) throw new WecomRefusal(45001);
  if (type === 'image' && imageType(content) === undefined) throw new WecomRefusal(40123);
  if (type === 'voice' && !isAmr(content)) throw new WecomRefusal(301017);
}

/** The vendor takes JPG and PNG only. */
export function imageType(content: Buffer): string | undefined {
  const start = content.subarray(0, 4).toString('hex');
  if (start === '89504e47') return 'image/png';
  return start.startsWith('ffd8ff') ? 'image/jpeg' : undefined;
}

export function isAmr(content: Buffer): boolean {
  return content.subarray(0, 6).toString('latin1') === '#!AMR\n';
}

/** Silence as the vendor's clients record it: AMR-NB at 12.2 kbit/s, 20 ms a frame (RFC 4867). */
export function silentAmr(durationMs: number): Buffer {
  const frame = Buffer.alloc(32);
  frame[0] = 0x3c;
  const frames = Math.max(1, Math.ceil(durationMs / 20));
  return Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: frames }, () => frame)]);
}
