import type { InboundEvent } from '../../core/event.ts';
import type { AccountId, ChatId } from '../../core/ids.ts';
import { Recent } from '../../lib/recent.ts';

const MAX_PEOPLE = 20_000;

/**
 * Which direct chat each person has with the bot, as far as it was seen. A menu does not tell its chat, and its commands are
 * about the conversation that runs there; without this its events name the person instead, which reaches the same screen.
 */
export class DirectChats {
  readonly #chats = new Recent<AccountId, ChatId>({ max: MAX_PEOPLE });

  /** Learns from an event, or completes it. */
  complete<Event extends InboundEvent>(event: Event): Event {
    if (event.kind === 'ignored' || event.to.kind !== 'direct') return event;
    const { account } = event.from;
    if (event.kind !== 'menu') {
      this.#chats.set(account, event.to.chat);
      return event;
    }
    const chat = this.#chats.get(account);
    return chat === undefined ? event : { ...event, to: { ...event.to, chat } };
  }
}
