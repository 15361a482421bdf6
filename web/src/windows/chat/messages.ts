import { useMemo } from 'react';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { keyOf, type SimState } from '../../api/state.ts';
import { useSim } from '../../api/store.ts';
import type { Texts } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';

/** A chat's messages, oldest first: the same list as long as none of them has changed. */
export function useMessages(chat: string): readonly SimMessage[] {
  const { platform } = useSeat().seat;
  const select = useMemo(() => messagesSelector(keyOf(platform, chat)), [platform, chat]);
  return useSim(select);
}

export function useMessage(id: string | undefined): SimMessage | undefined {
  const { platform } = useSeat().seat;
  return useSim((sim) => (id === undefined ? undefined : sim.messages.get(keyOf(platform, id))));
}

function messagesSelector(chatKey: string): (sim: SimState) => readonly SimMessage[] {
  let last: readonly SimMessage[] = [];
  return (sim) => {
    const next = (sim.order.get(chatKey) ?? []).flatMap((id) => sim.messages.get(id) ?? []);
    if (next.length !== last.length || next.some((message, at) => message !== last[at])) last = next;
    return last;
  };
}

/** A message in one line, as in the chat list or in a quote. */
export function previewOf(message: SimMessage, t: Texts): string {
  const { content } = message;
  if (message.recalledAt !== undefined) return `[${t.chat.recall}]`;
  switch (content.kind) {
    case 'text':
      return plainText(content.text, content.mentions);
    case 'markdown':
      // What was thought before is no part of the answer's first line.
      return withoutMarks(content.text.replace(/^\s*<think>[\s\S]*?(?:<\/think>|$)/, '').trimStart());
    case 'post':
      return content.title === ''
        ? content.paragraphs
            .flat()
            .map((node) => node.text ?? '')
            .join('')
        : content.title;
    case 'image':
      return `[${t.chat.image}]`;
    case 'file':
      return `[${t.chat.file}] ${content.file.name}`;
    case 'audio':
      return `[${t.chat.voice}]`;
    case 'video':
      return `[${content.video.name}]`;
    case 'card':
      return summaryOfCard(content.card.json, t);
    case 'divider':
      return content.text;
    case 'other':
      return `[${t.wecom.types[content.type] ?? content.type}]`;
  }
}

function plainText(text: string, mentions: readonly { readonly key: string; readonly name: string }[]): string {
  return mentions.reduce((all, { key, name }) => all.replaceAll(key, `@${name}`), text);
}

/** What the card says of itself; else its first words. */
function summaryOfCard(json: Readonly<Record<string, unknown>>, t: Texts): string {
  const config = json['config'] as { summary?: { content?: string } } | undefined;
  const words =
    config?.summary?.content ??
    titleOf(json['main_title']) ??
    firstContent(json['header']) ??
    firstContent(json['body'] ?? json['elements']) ??
    firstText(json['summary'], json['text'], json['title']);
  return words === undefined || words === '' ? `[${t.chat.card}]` : withoutMarks(words);
}

/** Markdown in one line: its words without what marks them. */
function withoutMarks(text: string): string {
  return text.replace(/\*\*|~~|`|^\s*(?:#{1,6}|>|[-*])\s+/gm, '');
}

function titleOf(node: unknown): string | undefined {
  const title = node !== null && typeof node === 'object' ? Reflect.get(node, 'title') : undefined;
  return typeof title === 'string' ? title : undefined;
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}

function firstContent(node: unknown): string | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  const content = Reflect.get(node, 'content');
  if (typeof content === 'string') return content;
  for (const child of Object.values(node)) {
    const found = firstContent(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
