import type { CardPress, SimAction } from '../../../src/simulator/contract.ts';
import { act } from '../api/act.ts';
import { killGateway } from '../api/client.ts';
import { current, subscribe } from '../api/store.ts';
import type { Texts, TourStepName } from '../text/index.ts';
import { noteActing, openChatAt, showSeat, tellDeed } from '../windows/seats.ts';
import { findButton, isStreaming, LIKE, lastAnswer, lastOwn, type Scene, STOP, sceneOf } from './steps.ts';

/** Longest wait for the answer to get going before the next thing is done to it. */
const PATIENCE_MS = 20_000;
/** So much of an answer is to be seen before it is cut off. */
const SEEN_CHARACTERS = 24;

/** Does a step of the tour for the person; throws what the simulator refused. */
export async function doStep(step: TourStepName, scene: Scene, t: Texts): Promise<void> {
  switch (step) {
    case 'ask':
      return send(scene, 'desktop', t.tour.question);
    case 'like':
      return press(scene, LIKE);
    case 'twice':
      return redeliver(scene);
    case 'kill': {
      await send(scene, 'desktop', t.tour.longQuestion);
      await until(scene.person, (now) => isStreaming(lastAnswer(now)) && textLength(now) >= SEEN_CHARACTERS);
      return killGateway();
    }
    case 'forge':
      return forge(scene);
    case 'window': {
      const chat = await ensureChat(scene);
      openChatAt('phone', scene.person, chat);
      showSeat('phone');
      return send(scene, 'phone', t.tour.followQuestion);
    }
    case 'stop': {
      await send(scene, 'desktop', t.tour.stopQuestion);
      const now = await until(
        scene.person,
        (then) => textLength(then) >= SEEN_CHARACTERS && findButton(lastAnswer(then), STOP) !== undefined,
      );
      return press(now, STOP);
    }
  }
}

async function send(scene: Scene, seat: string, text: string): Promise<void> {
  const chat = await ensureChat(scene);
  if (seat === 'desktop') showSeat('desktop');
  openChatAt(seat, scene.person, chat);
  await perform(seat, { type: 'send-text', platform: 'feishu', person: scene.person, chat, text });
}

/** The direct chat with the bot, opened when there is none yet. */
async function ensureChat({ chat, app, person }: Scene): Promise<string> {
  if (chat !== undefined) return chat.id;
  const result = await perform('desktop', { type: 'enter', platform: 'feishu', person, app: app.id });
  return result.ok ? (result.chat ?? '') : '';
}

async function press(scene: Scene, words: RegExp): Promise<void> {
  const message = lastAnswer(scene);
  const button = findButton(message, words);
  if (message === undefined || button === undefined) return;
  const callback = button.behaviors.find(({ kind }) => kind === 'callback');
  const pressed: CardPress = {
    tag: 'button',
    ...(button.id === undefined ? {} : { element: button.id }),
    ...(button.name === '' ? {} : { name: button.name }),
    ...(callback?.kind === 'callback' ? { value: callback.value } : {}),
  };
  const action: SimAction = {
    type: 'press',
    platform: 'feishu',
    person: scene.person,
    message: message.id,
    ...pressed,
  };
  await perform('desktop', action, button.text);
}

async function redeliver(scene: Scene): Promise<void> {
  const message = lastOwn(scene);
  if (message === undefined) return;
  await perform('desktop', { type: 'redeliver', platform: 'feishu', person: scene.person, message: message.id });
}

async function forge({ app, person }: Scene): Promise<void> {
  await perform('tour', { type: 'forge', platform: 'feishu', person, app: app.id, variant: 'signature' });
}

async function perform(seat: string, action: SimAction, label?: string) {
  noteActing(action.person, seat);
  const result = await act(action);
  tellDeed({ seat, action, result, label });
  return result;
}

function textLength(scene: Scene): number {
  const answer = lastAnswer(scene);
  if (answer?.content.kind !== 'card') return 0;
  return Math.max(0, ...Object.values(answer.content.card.elements).map(({ text }) => text.length));
}

/** Resolves with the scene in which it came true, or with the last one when patience ends. */
function until(person: string, isTrue: (scene: Scene) => boolean): Promise<Scene> {
  return new Promise((resolve, reject) => {
    const look = (last: boolean): void => {
      const { sim } = current();
      const scene = sim === undefined ? undefined : sceneOf(sim, person);
      if (scene !== undefined && (last || isTrue(scene))) {
        leave();
        resolve(scene);
      } else if (last) reject(new Error('the simulator is gone'));
    };
    const leaveStore = subscribe(() => look(false));
    const timer = setTimeout(() => look(true), PATIENCE_MS);
    function leave(): void {
      clearTimeout(timer);
      leaveStore();
    }
    look(false);
  });
}
