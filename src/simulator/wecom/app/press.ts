import { asObject } from '../../../lib/read.ts';
import type { WecomApp } from '../apps.ts';
import type { CallbackOutcome } from '../deliver.ts';
import { list, text } from '../json.ts';
import type { WecomMessage } from '../model.ts';
import { buttonsOf } from '../recorded-answer.ts';
import type { WecomWorld } from '../world.ts';
import { eventCallback } from './events.ts';

/** What was pressed on a card: a button's key, and what was chosen before. */
export interface CardChoice {
  readonly key: string;
  /** By `question_key`: ids of the options. */
  readonly selected?: Readonly<Record<string, readonly string[]>>;
}

/** What a press tells: the vendor's event and its selected items. */
export interface PressTold {
  readonly isMenu: boolean;
  readonly cardType: string;
  readonly taskId: string;
  readonly items: readonly { readonly question: string; readonly options: readonly string[] }[];
}

/** @throws {Error} When the card has no such button (any more). */
export function readPress(message: WecomMessage, { key, selected = {} }: CardChoice): PressTold {
  const { card } = message;
  if (card === undefined) throw new Error('the message is no card');
  const actions = list(asObject(card.json['action_menu'])?.['action_list']);
  const isMenu = actions.some((action) => asObject(action)?.['key'] === key);
  if (!isMenu && card.replaced !== undefined) throw new Error('the buttons of this card are gone');
  if (!buttonsOf(card.json).some((button) => button.key === key)) throw new Error(`the card has no button ${key}`);
  return {
    isMenu,
    cardType: text(card.json['card_type']),
    taskId: text(card.json['task_id']),
    items: Object.entries(selected).map(([question, options]) => ({ question, options })),
  };
}

/** A member presses something on an app's card; each press comes with a new response_code. */
export function pressAppCard(
  world: WecomWorld,
  app: WecomApp,
  message: WecomMessage,
  person: string,
  choice: CardChoice,
): Promise<CallbackOutcome> {
  const told = readPress(message, choice);
  const sent = world.sent.of(message);
  if (sent === undefined) throw new Error('the card is too old');
  const items = told.items.map(({ question, options }) => ({
    QuestionKey: question,
    OptionIds: { OptionId: options },
  }));
  const callback = eventCallback(world, app, {
    person,
    event: told.isMenu ? 'template_card_menu_event' : 'template_card_event',
    fields: {
      EventKey: choice.key,
      TaskId: told.taskId,
      CardType: told.cardType,
      ResponseCode: world.sent.responseCodes.issue(sent, world.limits.responseCodeMs),
      ...(items.length > 0 ? { SelectedItems: { SelectedItem: items } } : {}),
    },
  });
  return world.deliverer.deliver(callback);
}
