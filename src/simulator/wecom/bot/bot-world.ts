import type { WecomBot } from '../apps.ts';
import type { Codes } from '../codes.ts';
import type { WecomChat, WecomMessage } from '../model.ts';
import type { MediaUrls } from './media-urls.ts';
import type { SocketHub } from './socket-hub.ts';
import type { Uploads } from './uploads.ts';

export type InteractionKind = 'message' | 'enter_chat' | 'template_card_event' | 'feedback_event';

/** One thing a bot was told, as long as it may answer. */
export interface Interaction {
  /** What the answers on the long connection repeat. */
  readonly reqId: string;
  readonly bot: WecomBot;
  readonly kind: InteractionKind;
  readonly chat: WecomChat;
  readonly person: string;
  /** The person's message, or the card that was pressed. */
  readonly message: WecomMessage | undefined;
  readonly at: number;
  /** Streaming messages it was answered with, by the bot's own id. */
  readonly streams: Map<string, WecomMessage>;
  /** Whether a card was sent along a stream; once only. */
  hasCard: boolean;
  isAnswered: boolean;
}

/** What the vendor keeps for AI bots. */
export interface BotWorld {
  readonly hub: SocketHub;
  readonly uploads: Uploads;
  readonly mediaUrls: MediaUrls;
  readonly responseUrls: Codes<Interaction>;
  /** By `reqId`. */
  readonly interactions: Map<string, Interaction>;
  /** Callbacks that wait for their response, by bot and person. */
  readonly waiting: Map<string, number>;
  /** Day on which a person last opened a bot's chat. */
  readonly entered: Map<string, string>;
  /** Streams that may still be open, by bot and person. */
  readonly streaming: Map<string, Set<WecomMessage>>;
  /** Ends the wait for the end of a stream's time, on long connections. */
  readonly timers: Map<WecomMessage, () => void>;
}
