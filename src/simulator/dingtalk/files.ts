import type { SimClock } from '../clock.ts';
import { randomHex } from '../ids.ts';
import type { Resources, StoredResource } from '../resources.ts';
import { ApiRefusal } from './errors.ts';
import type { DingtalkLimits } from './limits.ts';

export type MediaType = 'image' | 'voice' | 'video' | 'file';

/** Files on their way in (codes and addresses) and out (media ids). */
export interface Files {
  /** A code for something that a person sent to this app. */
  code(app: string, resource: StoredResource): string;
  /** @throws {ApiRefusal} when it is unknown, over, or another app's. */
  byCode(app: string, code: string): StoredResource;
  /** @returns What stands behind the last slash of a temporary address. */
  share(resource: StoredResource): string;
  shared(ticket: string): StoredResource | undefined;
  upload(type: MediaType, name: string, mime: string, content: Buffer): string;
  /** By media id. */
  media(id: string): StoredResource | undefined;
  clear(): void;
}

interface Code {
  readonly app: string;
  readonly resource: StoredResource;
  readonly until: number;
}

export function createFiles(clock: SimClock, limits: DingtalkLimits, resources: Resources): Files {
  const codes = new Map<string, Code>();
  const tickets = new Map<string, { readonly resource: StoredResource; readonly until: number }>();
  const uploads = new Map<string, StoredResource>();
  return {
    code(app, resource) {
      const code = Buffer.from(randomHex() + randomHex(), 'hex').toString('base64');
      codes.set(code, { app, resource, until: clock.now() + limits.downloadCodeMs });
      return code;
    },
    byCode(app, code) {
      const found = codes.get(code);
      if (found === undefined || found.app !== app || found.until <= clock.now()) {
        throw new ApiRefusal(400, 'invalidParameter.downloadCode', 'the downloadCode is wrong or has expired');
      }
      return found.resource;
    },
    share(resource) {
      const ticket = randomHex();
      tickets.set(ticket, { resource, until: clock.now() + limits.downloadUrlMs });
      return ticket;
    },
    shared(ticket) {
      const found = tickets.get(ticket);
      return found === undefined || found.until <= clock.now() ? undefined : found.resource;
    },
    upload(type, name, mime, content) {
      const id = `@${Buffer.from(randomHex(), 'hex').toString('base64url')}`;
      uploads.set(id, resources.add({ key: id, name, mime, type, content }));
      return id;
    },
    media: (id) => uploads.get(id),
    clear() {
      for (const all of [codes, tickets, uploads]) all.clear();
    },
  };
}
