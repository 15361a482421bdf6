import type { PlatformDeps } from '../../core/platform-definition.ts';
import { Uploads } from '../../lib/uploads.ts';
import type { DingtalkApi } from './api.ts';
import { MAX_IMAGE_BYTES } from './limits.ts';
import { imageUrls } from './markdown.ts';

/**
 * The vendor's ids of images that answers point to: an agent's own addresses live for minutes, and often inside our network only. An image
 * without an id is shown as a link.
 */
export function createImages(
  api: DingtalkApi,
  { fetchUrl, log, channel }: Pick<PlatformDeps, 'fetchUrl' | 'log' | 'channel'>,
): Uploads {
  return new Uploads({
    addressesIn: imageUrls,
    async upload(url, signal) {
      const image = await fetchUrl(url, MAX_IMAGE_BYTES, signal);
      const name = image.name ?? `image.${image.mime.split('/')[1]?.replace(/\W.*/, '') || 'png'}`;
      return api.upload(image, 'image', name, { priority: 'update', signal });
    },
    failed: (error) => log.warn('image not uploaded', { channel, error }),
  });
}
