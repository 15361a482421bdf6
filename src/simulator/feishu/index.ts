import type { AppChange, CardPress, ForgeVariant, NewApp } from '../contract.ts';
import { mustFind } from '../must-find.ts';
import type { PlatformSide } from '../platform-side.ts';
import type { SharedWorld } from '../shared-world.ts';
import { approvalViews } from './approvals/view.ts';
import { createFeishuApp, type FeishuApp, type FeishuAppOptions } from './apps.ts';
import { buildWorld } from './build-world.ts';
import type { NewFeishuGroup } from './chats.ts';
import { checkAddress } from './check-address.ts';
import type { DeliveryOutcome } from './deliver.ts';
import { newEventId } from './events.ts';
import { appOf, createHands, type Hands, type Place } from './hands.ts';
import { createHook, type HookBot, type HookOptions } from './hook/hooks.ts';
import { createHttpApi } from './http-api.ts';
import type { FeishuLimits } from './limits.ts';
import type { FeishuOptions } from './options.ts';
import { createPerformer } from './perform.ts';
import { type PressResult, press } from './press.ts';
import type { FeishuRecord } from './record.ts';
import { RecordedAnswer } from './recorded-answer.ts';
import { sendForgery } from './send-forgery.ts';
import type { SocketHub } from './socket-hub.ts';
import { appView, chatView, messageView } from './view.ts';
import { answerWsEndpoint, WS_ENDPOINT, WS_PATH } from './ws-endpoint.ts';

export type { FeishuApprovalDefinition } from './approvals/approvals.ts';
export type { FeishuApp, FeishuAppOptions } from './apps.ts';
export type { DeliveryOutcome } from './deliver.ts';
export type { FeishuLimits } from './limits.ts';
export type { FeishuOptions } from './options.ts';
export type { PressResult } from './press.ts';
export type { FeishuRecord, RecordedDelivery, RecordedPress } from './record.ts';
export type { RecordedAnswer } from './recorded-answer.ts';

/** Which thing on a card is pressed: by its label, by its place among the buttons, or told whole. */
export type Pressed = { readonly button: string | number } | { readonly press: CardPress };

/** The far side of Feishu: what its servers, its clients and its people do. */
export interface FeishuSide extends PlatformSide, Hands {
  readonly apps: readonly FeishuApp[];
  /** The first app. */
  readonly app: FeishuApp;
  readonly limits: FeishuLimits;
  /** What happened so far. */
  readonly record: FeishuRecord;
  readonly sockets: SocketHub;
  addApp(options?: FeishuAppOptions): FeishuApp;
  addGroup(group: NewFeishuGroup): { readonly chatId: string };
  /** A group's own bot, and the path of its address. */
  addHook(options: HookOptions): HookBot & { readonly path: string };
  /** The chat of a person with an app's bot; made when it is first asked for. */
  directChat(person: string, app?: string): string;
  /** The open_id by which an app knows a person. */
  openId(person: string, app?: string): string;
  press(from: string, messageId: string, what: Pressed): Promise<PressResult>;
  /** Any event that has no method of its own. */
  send(event: {
    readonly type: string;
    readonly body: Record<string, unknown>;
    readonly app?: string;
  }): Promise<DeliveryOutcome>;
  /** A forged message of a person; nothing of it appears in the chat. */
  forge(
    place: Place & { readonly variant: ForgeVariant; readonly text?: string },
  ): Promise<{ status: number; ms: number }>;
  /** Makes the tokens of an app, or of all, invalid at once. */
  expireTokens(app?: string): void;
  /** Events that still wait for an ack or for their next try. */
  readonly pendingDeliveries: number;
}

export function createFeishuSide(shared: SharedWorld, options: FeishuOptions = {}): FeishuSide {
  const { world, teller } = buildWorld(shared, options);
  const http = createHttpApi(world);
  const hands = createHands(world);
  const perform = createPerformer(world, hands);

  const addApp = (wanted: FeishuAppOptions): FeishuApp => {
    const app = createFeishuApp(wanted, world.apps.size);
    world.apps.set(app.id, app);
    teller.appChanged(app);
    return app;
  };
  const addGroups = (): void => {
    const ids = [...world.apps.keys()];
    for (const group of options.groups ?? []) {
      const bots = (group.bots ?? [0]).map((bot) => (typeof bot === 'number' ? (ids[bot] ?? '') : bot));
      world.chats.addGroup({ ...group, bots });
    }
  };
  for (const app of options.apps ?? [{}]) addApp(app);
  addGroups();

  const changed = (app: FeishuApp, change: AppChange): FeishuApp => {
    if (change.name !== undefined) app.name = change.name;
    if (change.webhookUrl !== undefined) app.webhookUrl = change.webhookUrl;
    if (change.scopes !== undefined) app.scopes = new Set(change.scopes);
    if (change.mode !== undefined) {
      app.mode = change.mode;
      app.callbackMode = change.mode;
    }
    teller.appChanged(app);
    return app;
  };

  return {
    ...hands,
    kind: 'feishu',
    get apps() {
      return [...world.apps.values()];
    },
    get app() {
      return appOf(world, undefined);
    },
    limits: world.limits,
    record: world.recorder,
    sockets: world.hub,
    addApp: (wanted = {}) => addApp(wanted),
    addGroup: (group) => ({ chatId: world.chats.addGroup(group).id }),
    addHook(options) {
      const hook = createHook(options, world.hooks.size);
      world.hooks.set(hook.token, hook);
      return Object.assign(hook, { path: `/open-apis/bot/v2/hook/${hook.token}` });
    },
    directChat: (person, app) => world.chats.direct(person, appOf(world, app).id).id,
    openId: (person, app) => world.accounts.ids(person, appOf(world, app)).open_id,
    press(from, messageId, what) {
      const message = mustFind(world.messages.find(messageId), 'message', messageId);
      return press(
        world,
        message,
        from,
        'press' in what ? what.press : buttonPress(new RecordedAnswer(message, world.clock), what.button),
      );
    },
    send: ({ type, body, app }) =>
      world.deliverer.deliver(appOf(world, app), { type, body, id: newEventId(), at: world.clock.now() }),
    forge: (place) => sendForgery(world, place),
    expireTokens: (app) => world.tokens.expire(app),
    get pendingDeliveries() {
      return world.deliverer.pending;
    },

    owns: (path) => path.startsWith('/open-apis/') || path === WS_ENDPOINT,
    handle: (request, response) =>
      request.url === WS_ENDPOINT ? answerWsEndpoint(world, request, response) : http.handle(request, response),
    upgrade(path, request, socket, head) {
      if (path !== WS_PATH) return false;
      world.hub.upgrade(request, socket, head);
      return true;
    },
    account(person) {
      // A company that has nothing here has no people here either.
      if (world.apps.size === 0 || !world.accounts.has(person)) return undefined;
      const perApp: Record<string, string> = {};
      let ids: Record<string, string> = {};
      for (const app of world.apps.values()) {
        const { open_id, ...wider } = world.accounts.ids(person.id, app);
        perApp[app.id] = open_id;
        ids = wider;
      }
      return { ids, perApp };
    },
    appViews: () => [...world.apps.values()].map((app) => appView(world, app)),
    chatViews: () => [...world.chats.all.values()].map((chat) => chatView(world, chat)),
    messageViews(chatId, limit, before) {
      const all = world.chats.find(chatId)?.messages.filter(({ upperId }) => upperId === undefined) ?? [];
      const at = before === undefined ? -1 : all.findIndex(({ id }) => id === before);
      return (at < 0 ? all : all.slice(0, at)).slice(-limit).map((message) => messageView(world, message));
    },
    approvalViews: () => approvalViews(world),
    perform,
    createApp: (wanted) => appView(world, addApp(fromNewApp(wanted))),
    changeApp(id, change) {
      const app = world.apps.get(id);
      return app === undefined ? undefined : appView(world, changed(app, change));
    },
    async checkApp(id) {
      const app = world.apps.get(id);
      return app === undefined ? undefined : checkAddress(world, app);
    },
    faultAdded(kind, app) {
      // A cut line is felt at once by those who hold one open.
      if (kind === 'drop') world.hub.drop(app);
    },
    get rateLimits() {
      return world.rates.on;
    },
    set rateLimits(on) {
      world.rates.on = on;
    },
    speedChanged: () => world.line.waits.speedChanged(),
    reset() {
      world.line.waits.giveUp();
      const { chats, messages, cards, cardTokens, sentKeys, approvals } = world;
      for (const part of [chats, messages, cards, cardTokens, sentKeys, approvals]) part.clear();
      world.rates.clear();
      world.recorder.clear();
      world.hooks.clear();
      addGroups();
    },
    async close() {
      world.line.waits.giveUp();
      http.close();
      world.hub.close();
      await world.line.webhooks.close();
    },
  };
}

/** @throws {Error} When the card has no such button. */
function buttonPress(answer: RecordedAnswer, wanted: string | number): CardPress {
  const { buttons } = answer;
  const found = typeof wanted === 'number' ? buttons[wanted] : buttons.find(({ text }) => text.includes(wanted));
  if (found === undefined) throw new Error(`the card has no button ${wanted}`);
  const { name, element_id: element } = found.node;
  return {
    tag: 'button',
    ...(found.value === undefined ? {} : { value: found.value }),
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof element === 'string' ? { element } : {}),
  };
}

function fromNewApp({ name, mode, webhookUrl, scopes, credentials }: NewApp): FeishuAppOptions {
  const {
    app_id: appId,
    app_secret: appSecret,
    encrypt_key: encryptKey,
    verification_token: token,
  } = credentials ?? {};
  return {
    ...(name === undefined ? {} : { name }),
    ...(mode === undefined ? {} : { mode }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(appId === undefined ? {} : { appId }),
    ...(appSecret === undefined ? {} : { appSecret }),
    ...(encryptKey === undefined ? {} : { encryptKey }),
    ...(token === undefined ? {} : { verificationToken: token }),
  };
}
