import type { Settings } from '../config/settings.ts';
import { WordedError } from '../core/errors.ts';

/** What somebody is told who names a channel that the settings do not have. */
export function unknownChannel(name: string, { channels }: Pick<Settings, 'channels'>): WordedError {
  const names = channels.map((one) => one.name).join(', ');
  return new WordedError('channel_unknown', {
    zh: `设置中没有渠道 ${name}，现有：${names}`,
    en: `no channel ${name} in the settings; there are: ${names}`,
  });
}
