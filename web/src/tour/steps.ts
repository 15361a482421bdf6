import type { SimApp, SimChat, SimMessage, TraceEvent } from '../../../src/simulator/contract.ts';
import { keyOf, type SimState } from '../api/state.ts';
import { firstTextMs } from '../panels/way.ts';
import type { TourStepName } from '../text/index.ts';
import { readCard } from '../windows/feishu/card/read.ts';
import type { CardButton, CardElement } from '../windows/feishu/card/view.ts';
import type { Deed } from '../windows/seats.ts';

export const STEPS: readonly TourStepName[] = ['ask', 'like', 'twice', 'kill', 'forge', 'window', 'stop'];

/** What is being looked at: one person's direct chat with the bot. */
export interface Scene {
  readonly sim: SimState;
  readonly person: string;
  readonly app: SimApp;
  readonly chat: SimChat | undefined;
}

export function sceneOf(sim: SimState, person: string): Scene | undefined {
  const app = sim.apps.find(({ platform }) => platform === 'feishu');
  if (app === undefined) return undefined;
  const chat = [...sim.chats.values()].find(
    (one) => one.kind === 'direct' && one.people.includes(person) && one.bots.includes(app.id),
  );
  return { sim, person, app, chat };
}

export function messagesOf({ sim, chat }: Scene): readonly SimMessage[] {
  if (chat === undefined) return [];
  return (sim.order.get(keyOf(chat.platform, chat.id)) ?? []).flatMap((key) => sim.messages.get(key) ?? []);
}

export function lastOwn(scene: Scene): SimMessage | undefined {
  return messagesOf(scene).findLast(({ from, recalledAt }) => from.kind === 'person' && recalledAt === undefined);
}

/** The bot's last answer to what the person wrote last; undefined while there is none. */
export function lastAnswer(scene: Scene): SimMessage | undefined {
  const own = lastOwn(scene);
  if (own === undefined) return undefined;
  const after = messagesOf(scene).filter(({ from, at }) => from.kind === 'bot' && at >= own.at);
  // A welcome may come in between; an answer names what it answers.
  return after.findLast(({ parent }) => parent === own.id) ?? after.findLast(({ parent }) => parent !== undefined);
}

export function isStreaming(message: SimMessage | undefined): boolean {
  return message?.content.kind === 'card' && message.content.card.streaming;
}

/** An answer is there and complete: nothing grows, nothing is left to stop, and the gateway says so too. */
export function isAnswered(scene: Scene): boolean {
  const answer = lastAnswer(scene);
  if (answer === undefined || isStreaming(answer) || findButton(answer, STOP) !== undefined) return false;
  const steps = stepsOfLast(scene);
  return steps === undefined || steps.some(({ step }) => step === 'delivered' || step === 'failed');
}

/** What the gateway told of the message that was written last; undefined when it told nothing. */
function stepsOfLast(scene: Scene): readonly TraceEvent[] | undefined {
  const own = lastOwn(scene);
  return [...scene.sim.traces.values()].find((events) => events.some(({ message }) => message === own?.id));
}

export const LIKE = /👍/u;
export const STOP = /⏹|停止|stop/iu;

/** The button of a card with these words on it. */
export function findButton(
  message: SimMessage | undefined,
  words: RegExp,
): (CardButton & { readonly id: string | undefined }) | undefined {
  if (message?.content.kind !== 'card') return undefined;
  return flatten(readCard(message.content.card.json, 'zh').elements).find(
    (element) => element.tag === 'button' && words.test(element.text) && !element.disabled,
  ) as (CardButton & { readonly id: string | undefined }) | undefined;
}

function flatten(elements: readonly CardElement[]): CardElement[] {
  return elements.flatMap((element) => {
    if (element.tag === 'columns') return flatten(element.columns.flatMap((column) => column.elements));
    if (element.tag === 'panel' || element.tag === 'form' || element.tag === 'box') return flatten(element.elements);
    return [element];
  });
}

/** What a step waits for began here. */
export interface Mark {
  readonly kills: number;
  readonly deeds: readonly Deed[];
}

/** Whether a step has been gone through since its mark. */
export function isDone(step: TourStepName, scene: Scene, mark: Mark): boolean {
  const { gateway } = scene.sim;
  const did = (wanted: (deed: Deed) => boolean): boolean => mark.deeds.some((deed) => deed.result.ok && wanted(deed));
  switch (step) {
    case 'ask':
      return did(({ action }) => action.type.startsWith('send-')) && isAnswered(scene);
    case 'like':
      return did(({ action, label }) => action.type === 'press' && LIKE.test(label ?? ''));
    case 'twice':
      return (
        did(({ action }) => action.type === 'redeliver') &&
        (stepsOfLast(scene)?.some(({ step: name }) => name === 'duplicate') ?? true)
      );
    case 'kill':
      return gateway.kills > mark.kills && gateway.state === 'up' && isAnswered(scene);
    case 'forge':
      return did(({ action }) => action.type === 'forge');
    case 'window':
      return did(({ action, seat }) => action.type.startsWith('send-') && seat === 'phone') && isAnswered(scene);
    case 'stop':
      return did(({ action, label }) => action.type === 'press' && STOP.test(label ?? '')) && isAnswered(scene);
  }
}

/** From what she wrote to the first text, as the gateway measured it. */
export function firstText(scene: Scene): number | undefined {
  const steps = stepsOfLast(scene);
  return steps === undefined ? undefined : firstTextMs(steps);
}
