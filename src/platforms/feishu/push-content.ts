import type { SendKey } from '../../core/ids.ts';
import type { Lang } from '../../core/lang.ts';
import type { Mentions } from '../../core/mentions.ts';
import type { PushContent } from '../../core/push.ts';
import type { Json } from '../../lib/read.ts';
import { label } from './labels.ts';
import { MAX_BUTTON_CHARS, MAX_CARD_TABLES } from './limits.ts';
import { renderMarkdown, withoutMentions } from './markdown.ts';
import { escapeText } from './markdown-inline.ts';
import { questionElements } from './push-question.ts';

/** A push as the vendor shows it: words, or a card. */
export type PushView =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'card'; readonly card: Json };

/**
 * Nobody is called by what stands in the words; who is to be called stands before them.
 *
 * @param asked - The message of a question, or what was answered to it; without one nothing can be pressed.
 */
export function viewOf(
  content: PushContent,
  lang: Lang,
  asked?: { readonly key: SendKey } | { readonly answered: string },
): PushView {
  if (content.kind === 'text') {
    const calls = callsIn(content.mentions, (who) => `<at user_id="${who}"></at>`);
    return { kind: 'text', text: [...calls, withoutMentions(content.text)].join(' ') };
  }
  const calls = callsIn(content.mentions, (who) => `<at id=${who}></at>`);
  const options = { imageKey: () => undefined, imageLabel: label(lang, 'image'), maxTables: MAX_CARD_TABLES };
  const words = [calls.join(' '), renderMarkdown(content.text, options)].filter((text) => text !== '').join('\n');
  const buttons = content.kind === 'card' ? content.buttons : [];
  const elements: Json[] = [
    ...(words === '' ? [] : [{ tag: 'markdown', content: words }]),
    ...buttons.map(({ text, url }) => ({
      tag: 'button',
      text: plain(withoutMentions(text).slice(0, MAX_BUTTON_CHARS)),
      behaviors: [{ type: 'open_url', default_url: url }],
    })),
  ];
  if (content.kind === 'question' && asked && 'key' in asked) elements.push(...questionElements(content, asked.key));
  if (asked && 'answered' in asked)
    elements.push({ tag: 'markdown', content: `✅ ${escapeText(asked.answered, 'label')}` });
  const title = content.title === undefined ? {} : { header: { title: plain(withoutMentions(content.title)) } };
  return { kind: 'card', card: { schema: '2.0', config: { update_multi: true }, ...title, body: { elements } } };
}

function plain(content: string): Json {
  return { tag: 'plain_text', content };
}

/** By id only: the vendor calls nobody by a number. */
function callsIn({ users = [], everybody }: Mentions = {}, call: (who: string) => string): readonly string[] {
  const known = users.filter((user) => /^[\w-]{1,64}$/.test(user));
  return [...known, ...(everybody === true ? ['all'] : [])].map(call);
}
