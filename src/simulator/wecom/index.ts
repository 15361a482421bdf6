import type { ForgeVariant } from '../contract.ts';
import { mustFind } from '../must-find.ts';
import type { PlatformSide } from '../platform-side.ts';
import type { SharedWorld } from '../shared-world.ts';
import type { Receiver, WecomApp, WecomBot, WecomRobot } from './apps.ts';
import { type BackOffice, createBackOffice, furnish, receiverOf } from './back-office.ts';
import { MEDIA_PATH } from './bot/media-urls.ts';
import type { SocketHub } from './bot/socket-hub.ts';
import { buildWorld } from './build-world.ts';
import { checkAddress } from './check-address.ts';
import { forgeMessage } from './forge-message.ts';
import { chatOf, createHands, type Hands, type Place } from './hands.ts';
import { createHttpApi } from './http-api.ts';
import type { KfAccount } from './kf/accounts.ts';
import { createKfHands, type KfHands } from './kf/hands.ts';
import { signal } from './kf/log.ts';
import type { WecomLimits } from './limits.ts';
import { approvalViews } from './oa/view.ts';
import type { WecomOptions } from './options.ts';
import { createPerformer } from './perform.ts';
import type { WecomRecord } from './record.ts';
import { createViews } from './views.ts';
import type { WecomWorld } from './world.ts';

export type { CardChoice } from './app/press.ts';
export type { WecomApp, WecomAppOptions, WecomBot, WecomBotOptions } from './apps.ts';
export type { CallbackOutcome } from './deliver.ts';
export type { KfHands } from './kf/hands.ts';
export type { WecomLimits } from './limits.ts';
export type { OaTemplate } from './oa/approvals.ts';
export type { WecomOptions, WecomRules } from './options.ts';
export type { WecomRecord } from './record.ts';
export type { RecordedWecomAnswer } from './recorded-answer.ts';

/** Where bots open their long connection. */
const SOCKET_PATH = '/wecom/aibot';

/** The far side of WeCom: what its servers, its clients and its people do. */
export interface WecomSide extends PlatformSide, Hands, BackOffice {
  readonly corpId: string;
  readonly apps: readonly WecomApp[];
  readonly bots: readonly WecomBot[];
  readonly robots: readonly WecomRobot[];
  /** The first of each. */
  readonly app: WecomApp;
  readonly bot: WecomBot;
  readonly robot: WecomRobot;
  /** Customer service: its people, and its first account. */
  readonly kf: KfHands;
  readonly kfAccount: KfAccount;
  /** The receiver of customer service's signals, and its secret. */
  readonly kfReceiver: Receiver;
  readonly kfSecret: string;
  readonly limits: WecomLimits;
  /** What happened so far. */
  readonly record: WecomRecord;
  readonly sockets: SocketHub;
  /** The `WECOM_BOT_WS_URL` of a gateway. */
  readonly socketUrl: string;
  userId(person: string): string;
  externalId(customer: string): string;
  /** The chat of a person with an app, bot or account; made when it is first asked for. */
  directChat(person: string, to?: string): string;
  /** A forged message of a person; nothing of it appears in the chat. */
  forge(
    place: Place & { readonly variant: ForgeVariant; readonly text?: string },
  ): Promise<{ readonly status: number; readonly ms: number }>;
  /** Ends tokens early: 42001, or 40014 when they are to look unknown. */
  expireTokens(owner?: string, as?: 42001 | 40014): void;
  /** Callbacks that still wait for an ack or for their next try. */
  readonly pendingDeliveries: number;
  /** The server says where it is reached, once it listens. */
  listensAt(url: string): void;
}

/** @param options - Absent for a company that has nothing: no apps, bots, robots or accounts. */
export function createWecomSide(shared: SharedWorld, options?: WecomOptions): WecomSide {
  const settings: WecomOptions = options ?? { apps: [], bots: [], kf: false };
  const world = buildWorld(shared, settings);
  const http = createHttpApi(world);
  const hands = createHands(world);
  const kf = createKfHands(world, (account) => signal(world, account));
  const perform = createPerformer(world, hands, kf);
  const office = createBackOffice(world);

  for (const app of settings.apps ?? [{}]) office.addApp(app);
  for (const bot of settings.bots ?? [{}]) office.addBot(bot);
  furnish(world, office, settings);

  return {
    ...hands,
    ...office,
    kind: 'wecom',
    kf,
    perform,
    approvalViews: () => approvalViews(world),
    corpId: world.corpId,
    limits: world.limits,
    record: world.recorder,
    sockets: world.bot.hub,
    get apps() {
      return [...world.apps.values()];
    },
    get bots() {
      return [...world.bots.values()];
    },
    get robots() {
      return [...world.robots.values()];
    },
    get app() {
      return firstOf(world.apps, 'app');
    },
    get bot() {
      return firstOf(world.bots, 'bot');
    },
    get robot() {
      return firstOf(world.robots, 'robot');
    },
    get kfAccount() {
      return firstOf(world.kf?.accounts ?? new Map<string, KfAccount>(), 'account');
    },
    get kfReceiver() {
      return mustFind(world.kf?.receiver, 'customer service', '');
    },
    get kfSecret() {
      return mustFind(world.kf?.secret, 'customer service', '');
    },
    get socketUrl() {
      return `${world.baseUrl.replace(/^http/, 'ws')}${SOCKET_PATH}`;
    },
    userId: (person) => world.accounts.userId(person),
    externalId: (person) => world.accounts.externalId(person),
    directChat: (from, to) => chatOf(world, { from, to }).id,
    forge: (place) => forgeMessage(world, place),
    expireTokens: (owner, as) => world.tokens.expire(owner, as),
    get pendingDeliveries() {
      return world.deliverer.pending;
    },
    listensAt(url) {
      world.baseUrl = url;
    },

    owns: (path) => path.startsWith('/cgi-bin/') || path.startsWith(MEDIA_PATH),
    async handle(request, response) {
      const path = pathOf(request);
      if (path.startsWith(MEDIA_PATH)) return world.bot.mediaUrls.answer(path, response);
      return http.handle(request, response);
    },
    upgrade(path, request, socket, head) {
      if (path !== SOCKET_PATH) return false;
      world.bot.hub.upgrade(request, socket, head);
      return true;
    },
    ...createViews(world),
    async checkApp(id) {
      const receiver = receiverOf(world, id);
      return receiver === undefined ? undefined : checkAddress(world, receiver);
    },
    faultAdded(kind, app) {
      // A cut line is felt at once by those who hold one open.
      if (kind === 'drop') world.bot.hub.drop(app);
    },
    get rateLimits() {
      return world.rates.on;
    },
    set rateLimits(on) {
      world.rates.on = on;
    },
    speedChanged: () => world.waits.speedChanged(),
    reset() {
      world.waits.giveUp();
      clear(world);
      furnish(world, office, settings);
    },
    async close() {
      world.waits.giveUp();
      for (const cancel of world.bot.timers.values()) cancel();
      http.close();
      world.bot.hub.close();
      await world.line.close();
    },
  };
}

/** Everything but apps, bots and accounts. */
function clear(world: WecomWorld): void {
  const { bot, chats, messages, media, sent, contactCodes, rates, recorder, robots, kf, approvals } = world;
  for (const cancel of bot.timers.values()) cancel();
  const { uploads, mediaUrls, responseUrls, interactions, waiting, streaming, entered, timers } = bot;
  for (const part of [uploads, mediaUrls, responseUrls, interactions, waiting, streaming, entered, timers])
    part.clear();
  for (const part of [chats, messages, media, sent, contactCodes, rates, recorder, robots, approvals]) part.clear();
  kf?.clear();
}

function firstOf<T>(all: ReadonlyMap<string, T>, what: string): T {
  return mustFind(all.values().next().value, what, '(first)');
}

function pathOf({ url = '/' }: { readonly url?: string | undefined }): string {
  const cut = url.indexOf('?');
  return cut < 0 ? url : url.slice(0, cut);
}
