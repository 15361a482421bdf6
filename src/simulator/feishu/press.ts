import type { CardPress, SimToast } from '../contract.ts';
import { endPush } from '../outgoing.ts';
import { showCard } from './api-delay-update.ts';
import type { FeishuApp } from './apps.ts';
import { record } from './card-check.ts';
import { isStreaming } from './card-entity.ts';
import { FeishuRefusal } from './errors.ts';
import { envelope, type FeishuEvent, newEventId, visibleIds } from './events.ts';
import type { CardJson, FeishuMessage } from './model.ts';
import { beginFrame, beginPush, endFrame, PUSH_FAILURES } from './try-delivery.ts';
import { seal } from './webhook.ts';
import type { FeishuWorld } from './world.ts';

/** What the person sees after a press. */
export interface PressResult {
  /** 0, or the number that the client shows: 200340, 200341, 200342, 200343, 200530, 200671, 200672, 200673. */
  readonly code: number;
  readonly toast?: SimToast;
  readonly ms: number;
  /** The gateway's whole answer. */
  readonly answer?: CardJson;
  /** The card of the answer was not shown, because the card was streaming. */
  readonly cardIgnored?: 'streaming';
}

type Answered = { readonly code: number } | { readonly code: 0; readonly body: string };

/** Presses something on a card: asks the app and shows what it says, within three seconds and only once. */
export async function press(
  world: FeishuWorld,
  message: FeishuMessage,
  person: string,
  what: CardPress,
): Promise<PressResult> {
  const { from } = message;
  if (from.kind !== 'app' || message.type !== 'interactive') throw new Error('only cards of bots can be pressed');
  const startedAt = world.clock.now();
  // A form's items are told apart by their names, the submitting button included.
  if (what.formValue !== undefined && what.name === undefined)
    return finish(world, message, person, startedAt, { code: 200530 });
  const event = pressed(world, from.app, message, person, what);
  const answered = await ask(world, from.app, event);
  if (!('body' in answered)) return finish(world, message, person, startedAt, answered);
  return finish(world, message, person, startedAt, show(world, message, answered.body));
}

function finish(
  world: FeishuWorld,
  message: FeishuMessage,
  person: string,
  startedAt: number,
  result: Omit<PressResult, 'ms'>,
): PressResult {
  const ms = world.clock.now() - startedAt;
  world.recorder.pressed({
    messageId: message.id,
    person,
    at: startedAt,
    ms,
    code: result.code,
    answer: result.answer,
    ...(result.cardIgnored === undefined ? {} : { cardIgnored: result.cardIgnored }),
  });
  return { ...result, ms };
}

function pressed(
  world: FeishuWorld,
  app: FeishuApp,
  message: FeishuMessage,
  person: string,
  what: CardPress,
): FeishuEvent {
  const { tag, name, value, formValue, inputValue, option, options, checked } = what;
  return {
    type: 'card.action.trigger',
    id: newEventId(),
    at: world.clock.now(),
    message,
    chat: message.chat.id,
    body: {
      operator: { tenant_key: app.tenantKey, ...visibleIds(world.accounts.ids(person, app), app) },
      token: world.cardTokens.mint(message),
      action: {
        tag,
        ...(value === undefined ? {} : { value }),
        ...(name === undefined ? {} : { name }),
        timezone: 'Asia/Shanghai',
        ...(formValue === undefined ? {} : { form_value: formValue }),
        ...(inputValue === undefined ? {} : { input_value: inputValue }),
        ...(option === undefined ? {} : { option }),
        ...(options === undefined ? {} : { options }),
        ...(checked === undefined ? {} : { checked }),
      },
      host: 'im_message',
      context: { open_message_id: message.id, open_chat_id: message.chat.id },
    },
  };
}

async function ask(world: FeishuWorld, app: FeishuApp, event: FeishuEvent): Promise<Answered> {
  const plain = envelope(app, event);
  const { line } = world;
  const title = { zh: '回调 card.action.trigger', en: 'callback card.action.trigger' };
  if (app.callbackMode === 'socket') {
    const { cardFrames } = line.hub.options;
    const entry = beginFrame(line.wire, app, cardFrames, plain, title, event.message?.id);
    const answer = await line.hub.send(app, cardFrames, plain, line.limits.ackMs);
    endFrame(entry, answer);
    if (!answer.ok) return { code: answer.failed === 'no-connection' ? 200340 : 200341 };
    return answer.code === 200 ? { code: 0, body: answer.data ?? '' } : { code: 200671 };
  }
  const request = seal(app, plain, world.clock.now());
  const entry = beginPush(line.wire, app, request, { title, plain, message: event.message?.id });
  const answer = await line.webhooks.post(app.webhookUrl, request, line.limits.ackMs);
  endPush(entry, answer, PUSH_FAILURES);
  if (answer.ok) return answer.status === 200 ? { code: 0, body: answer.body } : { code: 200671 };
  const codes = { 'no-address': 200340, timeout: 200341, connect: 200342, broken: 200342, name: 200343 } as const;
  return { code: codes[answer.failed] };
}

const TOASTS: ReadonlySet<string> = new Set(['info', 'success', 'error', 'warning']);

/** An empty answer means "nothing to show". */
function show(world: FeishuWorld, message: FeishuMessage, body: string): Omit<PressResult, 'ms'> {
  if (body === '') return { code: 0 };
  const answer = parse(body);
  if (answer === undefined) return { code: 200672 };
  const toast = toastOf(answer['toast']);
  if (toast === 'wrong') return { code: 200672, answer };
  const shown = { code: 0, answer, ...(toast === undefined ? {} : { toast }) };
  const card = record(answer['card']);
  if (card === undefined) return shown;
  const { entity } = message;
  if (entity !== undefined && isStreaming(entity, world.clock.now())) return { ...shown, cardIgnored: 'streaming' };
  const data = record(card['data']);
  if (card['type'] !== 'raw' || data === undefined) return { code: 200673, answer };
  try {
    showCard(world, message, data, 'callback');
  } catch (error) {
    if (error instanceof FeishuRefusal) return { code: 200673, answer };
    throw error;
  }
  return shown;
}

function parse(body: string): CardJson | undefined {
  try {
    return record(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function toastOf(value: unknown): SimToast | 'wrong' | undefined {
  if (value === undefined) return undefined;
  const toast = record(value);
  const kind = toast?.['type'] ?? 'info';
  const text = toast?.['content'];
  if (typeof kind !== 'string' || !TOASTS.has(kind) || typeof text !== 'string') return 'wrong';
  return { kind: kind as SimToast['kind'], text };
}
