import type { PlatformDeps } from '../../core/platform-definition.ts';
import { Uploads } from '../../lib/uploads.ts';
import type { FeishuApi } from './api.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { imageUrls } from './markdown.ts';

/** The vendor's keys of images that answers point to; a card shows an image only by its key, and one without as a link. */
export function createImages(
  api: FeishuApi,
  { fetchUrl, log, channel }: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>,
): Uploads {
  return new Uploads({
    addressesIn: imageUrls,
    async upload(url, signal) {
      const image = await fetchUrl(url, MAX_IMAGE_BYTES, signal);
      return api.uploadImage(image, { priority: 'update', signal });
    },
    failed: (error) => log.warn('image not uploaded', { channel, error }),
  });
}
