import type { ServerResponse } from 'node:http';
import type { SimClock } from '../../clock.ts';
import { randomHex } from '../../ids.ts';
import type { StoredResource } from '../../resources.ts';
import { encryptFile } from '../crypto.ts';
import type { WecomLimits } from '../limits.ts';

export const MEDIA_PATH = '/wecom/media/';

/** Addresses of encrypted files, good for five minutes; whoever has the address may read. */
export interface MediaUrls {
  /** @returns The path below the server. */
  issue(resource: StoredResource, key: Buffer): string;
  answer(path: string, response: ServerResponse): void;
  clear(): void;
}

interface Entry {
  readonly resource: StoredResource;
  readonly key: Buffer;
  readonly expiresAt: number;
}

export function createMediaUrls(clock: SimClock, limits: WecomLimits): MediaUrls {
  const all = new Map<string, Entry>();
  return {
    issue(resource, key) {
      const now = clock.now();
      for (const [id, { expiresAt }] of all) {
        if (expiresAt > now) break;
        all.delete(id);
      }
      const id = randomHex();
      all.set(id, { resource, key, expiresAt: now + limits.mediaUrlMs });
      return `${MEDIA_PATH}${id}`;
    },
    answer(path, response) {
      const entry = all.get(path.slice(MEDIA_PATH.length));
      if (entry === undefined || entry.expiresAt <= clock.now()) {
        response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error><Code>AccessDenied</Code></Error>');
        return;
      }
      const { name, content, bytes } = entry.resource;
      const sealed = encryptFile(content ?? Buffer.alloc(bytes), entry.key);
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': String(sealed.length),
        'content-disposition': `attachment; filename="${name.replaceAll(/[^\x20-\x7e]|"/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      });
      response.end(sealed);
    },
    clear: () => all.clear(),
  };
}
