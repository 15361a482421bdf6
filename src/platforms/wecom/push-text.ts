import type { PushContent } from '../../core/push.ts';
import { safeUrl } from '../../lib/safe-url.ts';
import { harmless } from './dialects.ts';

/** A push as one Markdown text of ours: the title in bold, buttons as links. */
export function pushText(content: PushContent): string {
  if (content.kind === 'text') return content.text;
  const title = (content.title ?? '').replace(/\s+/g, ' ').trim();
  const buttons = content.kind === 'card' ? content.buttons : [];
  const links = buttons.flatMap(({ text, url }) => {
    const address = safeUrl(url);
    return address === undefined ? [] : [`[${harmless(text.replace(/[[\]]/g, ' ').trim())}](${address})`];
  });
  const heading = title === '' ? '' : `**${title.replace(/[\\`*_[\]<]/g, '\\$&')}**`;
  return [heading, content.text, links.join('　')].filter((block) => block.trim() !== '').join('\n\n');
}
