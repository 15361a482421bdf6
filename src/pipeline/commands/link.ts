import { createHash, randomInt } from 'node:crypto';
import { eventSendKey } from '../../core/keys.ts';
import type { Contact, Redeemed } from '../../core/people-store.ts';
import { say } from '../../core/text.ts';
import { noticeRow } from '../notice.ts';
import type { PipelineParts } from '../parts.ts';
import type { Command, CommandContext } from './command.ts';

/** Letters that are hard to mistake for each other and make no words; no digits, which could look like somebody's number. */
const LETTERS = 'BCDFGHJKMNPQRTVWXZ';
const CODE_LETTERS = 8;

/**
 * Links this account with another one of the same person, by a code that is shown on one platform and typed on the other. Neither happens in
 * a group: whoever reads the code could become her.
 */
export const link: Command = {
  name: 'link',
  aliases: ['绑定', '关联'],
  summary: { zh: say('zh', 'helpLink'), en: say('en', 'helpLink') },
  urgent: false,
  takesWords: true,
  run(context) {
    if (context.event.to.kind === 'group') return inGroup(context);
    return context.argument === '' ? offer(context) : redeem(context);
  },
};

/** Makes the account this is said from a person of its own again. */
export const unlink: Command = {
  name: 'unlink',
  aliases: ['解绑', '解除绑定'],
  summary: { zh: say('zh', 'helpUnlink'), en: say('en', 'helpUnlink') },
  urgent: false,
  async run({ parts, person, event, lang, channel }) {
    if (event.to.kind === 'group') return say(lang, 'onlyDirect', { command: 'unlink' });
    const deed = { actor: person.id, reason: 'own-wish' } as const;
    const parted = await parts.store.people.unlink(channel, event.from.account, deed, parts.clock.now());
    if (parted === undefined) return say(lang, 'nothingToUnlink');
    parts.people.forget([person.id, parted]);
    return say(lang, 'unlinked');
  },
};

async function inGroup({ parts, argument, lang }: CommandContext): Promise<string> {
  const code = readCode(argument);
  const burnt = code !== undefined && (await parts.store.links.burn(hashOf(code)));
  return say(lang, burnt ? 'linkBurnt' : 'onlyDirect', { command: 'link' });
}

async function offer({ parts, person, event, lang, conversation }: CommandContext): Promise<string> {
  const code = Array.from({ length: CODE_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  // What was given for answering just this is of no use later.
  const { handle: _, message: __, ...to } = event.to;
  const giver: Contact = { lane: conversation, to, lang };
  await parts.store.links.offer(hashOf(code), person.id, giver, parts.clock.now());
  return say(lang, 'linkOffer', { code: `${code.slice(0, 4)}-${code.slice(4)}` });
}

async function redeem(context: CommandContext): Promise<string> {
  const { parts, person, event, lang, channel, argument } = context;
  const code = readCode(argument);
  if (code === undefined) return say(lang, 'linkUnreadable');
  const { account } = event.from;
  const redeemed = await parts.store.links.redeem(hashOf(code), channel, account, person.id, parts.clock.now());
  if (redeemed.kind === 'linked') await tellGiver(context, redeemed.giver);
  return sentenceFor(redeemed, context);
}

function sentenceFor(redeemed: Redeemed, { lang, parts }: CommandContext): string {
  switch (redeemed.kind) {
    case 'linked':
      return say(lang, 'linked', { platform: titleOf(redeemed.giver.to.channel, parts, lang) });
    case 'own':
      return say(lang, 'linkOwn');
    case 'locked':
      return say(lang, 'linkLocked');
    case 'wrong':
      return redeemed.left > 0 ? say(lang, 'linkWrong', { left: String(redeemed.left) }) : say(lang, 'linkLocked');
  }
}

/** Whoever got the code learns that it was used, and what to do when it was not by her. */
async function tellGiver({ parts, event, channel, person }: CommandContext, giver: Contact): Promise<void> {
  const { lane, to, lang } = giver;
  const text = say(lang, 'linkedElsewhere', { platform: titleOf(channel, parts, lang) });
  const notice = { lane, to, lang, text, key: eventSendKey(event, 'linked') };
  await parts.store.outbox.put([noticeRow(notice, parts)], parts.clock.now());
  parts.people.forget([person.id]);
  parts.wake(lane);
}

function titleOf(channel: CommandContext['channel'], parts: PipelineParts, lang: CommandContext['lang']): string {
  return parts.platforms.get(channel)?.title[lang] ?? channel;
}

/** As people type it: small letters, spaces, any dash, full-width letters. */
function readCode(typed: string): string | undefined {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '');
  return code.length === CODE_LETTERS && [...code].every((letter) => LETTERS.includes(letter)) ? code : undefined;
}

function hashOf(code: string): string {
  return createHash('sha256').update(`posthouse-link:${code}`).digest('base64url');
}
