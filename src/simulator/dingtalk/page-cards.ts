import { asObject, type Json, listAt, objectAt, textAt } from '../../lib/read.ts';
import type { DingtalkCardJson, SimCard, SimResource } from '../contract.ts';
import { resourceView } from '../resources.ts';
import { APPROVAL_TYPE, approvalView } from './approvals/on-page.ts';
import { templateOf } from './cards.ts';
import type { DingtalkCard, DingtalkMessage } from './model.ts';
import { buttonsOf, textOf } from './recorded-answer.ts';
import { TEXT_KEYS } from './templates.ts';
import type { DingtalkWorld } from './world.ts';

/** A message that the client draws as a card, however it was sent; undefined for any other. */
export function cardView(world: DingtalkWorld, message: DingtalkMessage): SimCard | undefined {
  const { card, updates, version } = message;
  if (card !== undefined) {
    const json = aiCard(world, card, message);
    const streaming = card.state === 'input';
    return { ...STILL, json: { ...json }, cardId: card.track, streaming, updates, images: imagesIn(world, json.text) };
  }
  const json = message.type === APPROVAL_TYPE ? approvalView(world, message) : stillCard(message);
  if (json === undefined) return undefined;
  const text = 'text' in json ? json.text : '';
  return { ...STILL, json: { ...json }, updates: version, images: imagesIn(world, text) };
}

const STILL = { streaming: false, print: { everyMs: 0, step: 0, strategy: 'fast' }, elements: {} } as const;

/** Pictures that a Markdown text shows by their media ids. */
export function imagesIn({ files }: DingtalkWorld, text: string): Readonly<Record<string, SimResource>> {
  const ids = [...text.matchAll(/!\[[^\]]*\]\((@[\w-]+)\)/g)].map(([, id = '']) => id);
  return Object.fromEntries(
    ids.flatMap((id) => {
      const found = files.media(id);
      return found === undefined ? [] : [[id, resourceView(found)]];
    }),
  );
}

const NOTE_KEYS = ['staticMsgContent', 'note'] as const;
const TITLE_KEYS = ['msgTitle', 'title'] as const;

function aiCard(world: DingtalkWorld, card: DingtalkCard, message: DingtalkMessage): DingtalkCardJson & { look: 'ai' } {
  const { params, privateParams, state, template } = card;
  const [streamKey] = templateOf(world, card).streamKeys;
  const textKeys = [streamKey ?? '', ...TEXT_KEYS.filter((key) => key !== 'staticMsgContent')];
  const notes = [...privateParams].flatMap(([userId, own]) => {
    const person = world.accounts.member(userId)?.person.id;
    const note = first(own, NOTE_KEYS);
    return person === undefined || note === '' ? [] : [[person, note] as const];
  });
  return {
    look: 'ai',
    template,
    state,
    title: first(params, TITLE_KEYS),
    text: first(params, textKeys),
    note: first(params, NOTE_KEYS),
    notes: Object.fromEntries(notes),
    called: message.mentions,
    buttons: buttonsOf(message),
  };
}

function first(params: ReadonlyMap<string, string>, keys: readonly string[]): string {
  return keys.map((key) => params.get(key) ?? '').find((text) => text !== '') ?? '';
}

/** By `msgtype` of a webhook or a work notification, or by `msgKey` of the robot. */
function stillCard(message: DingtalkMessage): DingtalkCardJson | undefined {
  const { type, body } = message;
  const inside = body[type] === undefined ? body : objectAt(body, type);
  const title = textAt(inside, 'title');
  if (type === 'actionCard' || type === 'action_card' || type.startsWith('sampleActionCard')) {
    const across = [inside['btnOrientation'], inside['btn_orientation']].includes('1') || type === 'sampleActionCard6';
    return { look: 'action', title, text: textOf(message), across, buttons: buttonsOf(message) };
  }
  if (type === 'link' || type === 'sampleLink') {
    return { look: 'link', title, text: textAt(inside, 'text'), url: textAt(inside, 'messageUrl') };
  }
  if (type === 'feedCard') {
    const links = listAt(inside, 'links').map((one) => asObject(one) ?? {});
    return {
      look: 'feed',
      links: links.map((link) => ({ title: textAt(link, 'title'), url: textAt(link, 'messageURL') })),
    };
  }
  return type === 'oa' ? oaCard(inside) : undefined;
}

function oaCard(inside: Json): DingtalkCardJson {
  const [head, body] = [objectAt(inside, 'head'), objectAt(inside, 'body')];
  const rich = objectAt(body, 'rich');
  const color = textAt(head, 'bgcolor');
  return {
    look: 'oa',
    head: textAt(head, 'text'),
    // Alpha first, as the vendor writes it.
    headColor: /^[\da-f]{8}$/i.test(color) ? `#${color.slice(2)}` : '',
    title: textAt(body, 'title'),
    form: listAt(body, 'form').map((one) => {
      const row = asObject(one) ?? {};
      return { name: textAt(row, 'key'), value: textAt(row, 'value') };
    }),
    rich: body['rich'] === undefined ? undefined : { number: textAt(rich, 'num'), unit: textAt(rich, 'unit') },
    text: textAt(body, 'content'),
    author: textAt(body, 'author'),
    status: textAt(objectAt(inside, 'status_bar'), 'status_value'),
    url: textAt(inside, 'message_url'),
  };
}
