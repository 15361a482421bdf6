import { type FailureCode, GatewayError, isFinal } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { type ChannelName, type ChatId, id, type SendKey } from '../../core/ids.ts';
import type { PushAddress, PushMessage } from '../../core/push.ts';
import type { QuestionContent } from '../../core/push-question.ts';
import type { AnsweredQuestion } from '../../core/reply.ts';
import type { DingtalkApi } from './api.ts';
import { answerButtons, type Place } from './buttons.ts';
import type { CallOptions } from './client.ts';
import { vendorCodeOf } from './errors.ts';
import { renderMarkdown } from './markdown.ts';
import type { CardLook, Template } from './templates.ts';
import { summaryOf } from './text.ts';

/** A card with buttons for a pushed question, whole from the start. */
export function questionLook(question: QuestionContent, key: SendKey, place: Place): CardLook {
  return { ...wordsOf(question), buttons: answerButtons(question.answers, key, place) };
}

/** What stands there once it is answered: what was pressed, and nothing to press. */
export function answeredLook({ question, words }: AnsweredQuestion): CardLook {
  const { title, text } = wordsOf(question);
  return { title, text: `${text}\n\n✅ ${renderMarkdown(words)}`, buttons: [] };
}

function wordsOf({ title, text }: QuestionContent): { readonly title: string; readonly text: string } {
  const body = renderMarkdown(text);
  return { title, text: body === '' ? renderMarkdown(title) : body };
}

/** The cards by their names, and whom none could be shown. */
interface Delivered {
  readonly tracks: readonly string[];
  readonly refused: Readonly<Record<string, FailureCode>>;
}

/** Brings pushed questions as cards: one for each person, one for a group. Safe to do again, for a card's name is its message's. */
export class QuestionCards {
  readonly #api: DingtalkApi;
  readonly #template: Template;

  constructor(api: DingtalkApi, template: Template) {
    this.#api = api;
    this.#template = template;
  }

  /** @throws {GatewayError} When it reaches nobody, or has to be tried again. */
  async send({ to, key }: PushMessage, question: QuestionContent, call: CallOptions): Promise<Delivered> {
    const tracks: string[] = [];
    const refused: Record<string, FailureCode> = {};
    for (const [index, address] of addressesOf(to).entries()) {
      const track = `${key}-${index}`;
      const look = questionLook(question, key, address.kind);
      const params = this.#template.params('whole', look);
      const card = { track, template: this.#template.id, params, summary: summaryOf(look.text, look.title) };
      try {
        await this.#api.createCard(address, card, call).catch(unlessThere);
        tracks.push(track);
      } catch (error) {
        // One whom it does not reach keeps it from nobody else.
        if (!(error instanceof GatewayError) || !isFinal(error) || to.ids.length === 1) throw error;
        refused[address.chat] = error.code;
        if (Object.keys(refused).length === to.ids.length) throw error;
      }
    }
    return { tracks, refused };
  }

  /** A card cannot be taken back: it says what it asked, and can be pressed no more. */
  async close(tracks: readonly string[], call: CallOptions): Promise<void> {
    for (const track of tracks) await this.#api.updateCard(track, this.#template.buttons([]), call);
  }
}

function addressesOf({ channel, kind, ids }: PushAddress): readonly ReplyAddress[] {
  return ids.map((one) => addressOf(channel, kind === 'user' ? 'direct' : 'group', one));
}

function addressOf(channel: ChannelName, kind: Place, chat: string): ReplyAddress {
  return { channel, kind, chat: id<ChatId>(chat) };
}

/** An earlier try has made it. */
function unlessThere(error: unknown): void {
  if (vendorCodeOf(error) !== 'param.cardAlreadyExist') throw error;
}
