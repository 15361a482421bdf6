import { GatewayError } from '../core/errors.ts';
import type { Lang } from '../core/lang.ts';
import type { PushContent } from '../core/push.ts';
import { say } from '../core/text.ts';
import type { Guard } from '../guard/guard.ts';

const MAX_TEXT_CHARS = 100_000;
const MAX_TITLE_CHARS = 200;
const MAX_BUTTONS = 5;

export function malformed(why: string): GatewayError {
  return new GatewayError('push_malformed', `a push is not accepted: ${why}`);
}

/** @throws {GatewayError} `push_malformed` for what nobody could be shown. */
export function checkContent(content: PushContent): void {
  if (content.text.length > MAX_TEXT_CHARS) throw malformed(`its text has more than ${MAX_TEXT_CHARS} characters`);
  if (content.kind !== 'text' && (content.title?.length ?? 0) > MAX_TITLE_CHARS)
    throw malformed(`its title has more than ${MAX_TITLE_CHARS} characters`);
  if (content.kind !== 'card') {
    if (content.text.trim() === '') throw malformed('it says nothing');
    return;
  }
  const { title, buttons } = content;
  if (title.trim() === '') throw malformed('a card has no title');
  if (buttons.length > MAX_BUTTONS) throw malformed(`a card has more than ${MAX_BUTTONS} buttons`);
  if (content.picture !== undefined && !isWebAddress(content.picture))
    throw malformed('a card’s picture is at no web address');
  for (const { text, url } of buttons) {
    if (text.trim() === '' || !isWebAddress(url)) throw malformed('a button has no words or opens no web address');
  }
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** Without what must not leave. Addresses stay as they are: a masked one leads nowhere. */
export function maskContent(content: PushContent, lang: Lang, guard: Guard): PushContent {
  const mask = (text: string, form: 'plain' | 'markdown'): string => guard.mask(text, { form, lang }).text;
  switch (content.kind) {
    case 'text':
      return { ...content, text: mask(content.text, 'plain') };
    case 'markdown': {
      const { title } = content;
      const text = mask(content.text, 'markdown');
      return { ...content, text, ...(title !== undefined && { title: mask(title, 'plain') }) };
    }
    case 'card': {
      const buttons = content.buttons.map(({ text, url }) => ({ text: mask(text, 'plain'), url }));
      return { ...content, title: mask(content.title, 'plain'), text: mask(content.text, 'markdown'), buttons };
    }
  }
}

/** The same words with the time behind them: for who has got them today, other words. */
export function varied(content: PushContent, now: number, lang: Lang): PushContent {
  const at = new Date(now + BEIJING_MS).toISOString().slice(11, 19);
  const mark = say(lang, 'pushedAt', { at });
  const text = content.kind === 'text' ? `${content.text}\n${mark}` : `${content.text}\n\n${mark}`;
  return { ...content, text };
}

/** `2026-05-31`: the day as the vendors count it. */
export function dayOf(now: number): string {
  return new Date(now + BEIJING_MS).toISOString().slice(0, 10);
}

const BEIJING_MS = 8 * 60 * 60_000;
