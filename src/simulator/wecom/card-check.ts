import { asObject, type Json } from '../../lib/read.ts';
import { type WecomCode, WecomRefusal } from './errors.ts';
import { list, text } from './json.ts';
import type { WecomLimits } from './limits.ts';

/** Where a card is sent: what it may be differs. */
export interface CardRules {
  readonly limits: WecomLimits;
  readonly surface: 'app' | 'bot' | 'robot';
  /** Whether presses have somewhere to go; without it interactive cards are refused (43012). */
  readonly hasCallback: boolean;
  /** Whether an app or bot has used this task_id before. */
  readonly isTaskUsed: (taskId: string) => boolean;
}

const INTERACTIVE = new Set(['button_interaction', 'vote_interaction', 'multiple_interaction']);
const NOTICES = new Set(['text_notice', 'news_notice']);
const TASK_ID = /^[0-9A-Za-z_\-@]+$/;
const MAX_OPTION_ID_BYTES = 128;
const MAX = { rows: 6, paragraphs: 4, jumps: 3, buttons: 6, selects: 3, options: 10, votes: 20, actions: 10 } as const;

/** Whether a press on this card is told to the app. */
export function callsBack(card: Json): boolean {
  return INTERACTIVE.has(text(card['card_type'])) || card['action_menu'] !== undefined;
}

/**
 * Checks a `template_card` as far as the vendor refuses: too long texts are cut in display only.
 * @throws {WecomRefusal} With the number of the field.
 */
export function checkCard(card: Json, rules: CardRules): void {
  const type = text(card['card_type']);
  if (!INTERACTIVE.has(type) && !NOTICES.has(type)) throw new WecomRefusal(42031);
  if (rules.surface === 'robot' && callsBack(card)) throw new WecomRefusal(42031, 'only notices here');
  if (callsBack(card)) {
    if (!rules.hasCallback) throw new WecomRefusal(43012);
    checkTaskId(card, rules);
  }
  checkLengths(card);
  const title = text(asObject(card['main_title'])?.['title']);
  switch (type) {
    case 'text_notice':
      need(title !== '' || text(card['sub_title_text']) !== '', 42033);
      checkCardAction(card);
      break;
    case 'news_notice':
      need(title !== '', 42033);
      need(card['card_image'] !== undefined || card['image_text_area'] !== undefined, 42044);
      if (card['card_image'] !== undefined) need(text(asObject(card['card_image'])?.['url']) !== '', 42044);
      checkCardAction(card);
      break;
    case 'button_interaction':
      need(title !== '', 42033);
      checkButtons(card, rules.limits);
      if (card['button_selection'] !== undefined) checkSelect(card['button_selection'], MAX.options);
      break;
    case 'vote_interaction':
      need(title !== '', 42033);
      checkSelect(card['checkbox'], MAX.votes);
      checkSubmit(card);
      break;
    default: {
      need(title !== '', 42033);
      const selects = list(card['select_list']);
      need(selects.length > 0 && selects.length <= MAX.selects, 42042);
      for (const select of selects) checkSelect(select, MAX.options);
      checkSubmit(card);
    }
  }
  checkActions(card, rules.limits);
}

function need(holds: boolean, code: WecomCode): void {
  if (!holds) throw new WecomRefusal(code);
}

function checkTaskId(card: Json, { limits, isTaskUsed }: CardRules): void {
  const taskId = text(card['task_id']);
  need(TASK_ID.test(taskId) && Buffer.byteLength(taskId) <= limits.taskIdBytes, 42014);
  if (isTaskUsed(taskId)) throw new WecomRefusal(42014, 'task_id was used before');
}

function checkLengths(card: Json): void {
  need(list(card['horizontal_content_list']).length <= MAX.rows, 42035);
  need(list(card['vertical_content_list']).length <= MAX.paragraphs, 42036);
  const jumps = list(card['jump_list']);
  need(jumps.length <= MAX.jumps, 42042);
  for (const jump of jumps) checkTarget(asObject(jump) ?? {});
}

/** Something that leads to an address or a mini program. */
function checkTarget(target: Json): void {
  if (target['type'] === 1) need(text(target['url']) !== '', 42028);
  if (target['type'] === 2) need(text(target['appid']) !== '', 42030);
}

function checkCardAction(card: Json): void {
  const action = asObject(card['card_action']);
  if (action === undefined || (action['type'] !== 1 && action['type'] !== 2)) throw new WecomRefusal(42045);
  checkTarget(action);
}

function checkButtons(card: Json, limits: WecomLimits): void {
  const buttons = list(card['button_list']).map((button) => asObject(button) ?? {});
  need(buttons.length > 0 && buttons.length <= MAX.buttons, 42042);
  for (const button of buttons) {
    need(text(button['text']) !== '', 42038);
    if (button['type'] === 1) need(text(button['url']) !== '', 42028);
    else checkKey(button['key'], limits);
  }
}

function checkKey(key: unknown, limits: WecomLimits): void {
  need(text(key) !== '', 42039);
  need(Buffer.byteLength(text(key)) <= limits.cardKeyBytes, 42017);
}

function checkSelect(value: unknown, maxOptions: number): void {
  const select = asObject(value) ?? {};
  need(text(select['question_key']) !== '', 42043);
  const options = list(select['option_list']).map((option) => asObject(option) ?? {});
  need(options.length > 0 && options.length <= maxOptions, 42037);
  for (const option of options) {
    const id = text(option['id']);
    need(id !== '' && Buffer.byteLength(id) <= MAX_OPTION_ID_BYTES && text(option['text']) !== '', 42037);
  }
}

function checkSubmit(card: Json): void {
  const submit = asObject(card['submit_button']);
  if (submit === undefined) throw new WecomRefusal(42046);
  need(text(submit['text']) !== '' && text(submit['key']) !== '', 42049);
}

function checkActions(card: Json, limits: WecomLimits): void {
  if (card['action_menu'] === undefined) return;
  const actions = list(asObject(card['action_menu'])?.['action_list']).map((action) => asObject(action) ?? {});
  need(actions.length > 0 && actions.length <= MAX.actions, 42042);
  for (const action of actions) {
    need(text(action['text']) !== '', 42038);
    checkKey(action['key'], limits);
  }
  need(new Set(actions.map(({ key }) => key)).size === actions.length, 42051);
}
