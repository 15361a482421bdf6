import { createHash } from 'node:crypto';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { Json } from '../../../lib/read.ts';
import { MAX_PICTURE_BYTES, MAX_PICTURES, MAX_PICTURES_BYTES, PICTURES_WITHIN_MS } from './limits.ts';
import { picturesIn } from './markdown.ts';

/** Pictures that go along with the last frame of a stream. */
export interface Pictures {
  /** Their addresses in the answer; they leave its text. */
  readonly attached: ReadonlySet<string>;
  /** As `msg_item` wants them. */
  readonly items: readonly Json[];
}

export const NO_PICTURES: Pictures = { attached: new Set(), items: [] };

/**
 * Fetches the pictures of an answer at once, for their addresses live for minutes. One that cannot be had, or is neither PNG nor JPEG,
 * stays in the text as a link.
 */
export async function fetchPictures(
  answer: string,
  deps: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>,
  signal: AbortSignal,
): Promise<Pictures> {
  const urls = picturesIn(answer).slice(0, MAX_PICTURES);
  if (urls.length === 0) return NO_PICTURES;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(PICTURES_WITHIN_MS)]);
  const found = await Promise.all(
    urls.map(async (url) => {
      const bytes = await fetchOne(url, deps, soon);
      return bytes && { url, bytes };
    }),
  );
  signal.throwIfAborted();
  return packed(found.filter((one) => one !== undefined));
}

async function fetchOne(
  url: string,
  deps: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    const { bytes } = await deps.fetchUrl(url, MAX_PICTURE_BYTES, signal);
    return isPicture(bytes) ? bytes : undefined;
  } catch (error) {
    deps.log.warn('picture of an answer not fetched', { channel: deps.channel, error });
    return undefined;
  }
}

function packed(found: readonly { readonly url: string; readonly bytes: Uint8Array }[]): Pictures {
  const attached = new Set<string>();
  const items: Json[] = [];
  let size = 0;
  for (const { url, bytes } of found) {
    if (size + bytes.length > MAX_PICTURES_BYTES) continue;
    size += bytes.length;
    attached.add(url);
    const base64 = Buffer.from(bytes).toString('base64');
    items.push({ msgtype: 'image', image: { base64, md5: createHash('md5').update(bytes).digest('hex') } });
  }
  return { attached, items };
}

/** PNG or JPEG, by what it begins with; the vendor takes no other. */
export function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return head === '89504e47' || head.startsWith('ffd8ff');
}
