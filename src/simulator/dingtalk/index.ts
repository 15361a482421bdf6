import type { NewGroup } from '../chats.ts';
import type { AppChange, ForgeVariant, NewApp } from '../contract.ts';
import { sendZeros } from '../http.ts';
import { mustFind } from '../must-find.ts';
import type { PlatformSide } from '../platform-side.ts';
import type { SharedWorld } from '../shared-world.ts';
import { FILE_PATH } from './api-files.ts';
import { approvalViews } from './approvals/view.ts';
import { createDingtalkApp, type DingtalkApp, type DingtalkAppOptions } from './apps.ts';
import { buildWorld } from './build-world.ts';
import { checkAddress } from './check-address.ts';
import { createGroupRobot, type GroupRobot, type GroupRobotOptions } from './group-robot/robots.ts';
import { appOf, chatOf, createHands, type Hands, type Place } from './hands.ts';
import { createHttpApi } from './http-api.ts';
import type { DingtalkLimits } from './limits.ts';
import type { DingtalkOptions } from './options.ts';
import { createPerformer, forgeMessage } from './perform.ts';
import type { QuotaState } from './quota.ts';
import type { DingtalkRecord } from './record.ts';
import { STREAM_PATH, type StreamHub } from './stream/hub.ts';
import { appView, createViews } from './view.ts';
import type { DingtalkWorld } from './world.ts';

export type { ApprovalTemplate } from './approvals/approvals.ts';
export type { DingtalkApp, DingtalkAppOptions } from './apps.ts';
export type { DingtalkLimits } from './limits.ts';
export type { DingtalkOptions, DingtalkRules } from './options.ts';
export type { PressOutcome } from './press.ts';
export type { PushOutcome } from './push.ts';
export type { QuotaState } from './quota.ts';
export type { DingtalkRecord, RecordedPush } from './record.ts';
export type { RecordedDingtalkAnswer } from './recorded-answer.ts';
export type { CardTemplate } from './templates.ts';

/** The far side of DingTalk: what its servers, its clients and its people do. */
export interface DingtalkSide extends PlatformSide, Hands {
  readonly corpId: string;
  readonly apps: readonly DingtalkApp[];
  /** The first of them. */
  readonly app: DingtalkApp;
  readonly limits: DingtalkLimits;
  /** What happened so far. */
  readonly record: DingtalkRecord;
  /** The long connections, and what can go wrong on them. */
  readonly stream: StreamHub;
  /** What the organisation has used of its month. */
  readonly quota: QuotaState;
  setQuota(change: Partial<Pick<QuotaState, 'calls' | 'pushes' | 'callLimit' | 'pushLimit'>>): void;
  addApp(options?: DingtalkAppOptions): DingtalkApp;
  /** A group's own robot, and its address. */
  addGroupRobot(options: GroupRobotOptions): GroupRobot & { readonly url: string };
  /** @returns The `openConversationId`. */
  addGroup(group: NewGroup): string;
  userId(person: string): string;
  unionId(person: string): string;
  senderId(person: string): string;
  /** The chat of a person with a robot; made when it is first asked for. */
  directChat(person: string, to?: string): string;
  /** A forged message of a person, over HTTP; nothing of it appears in the chat. */
  forge(
    place: Place & { readonly variant: ForgeVariant; readonly text?: string },
  ): Promise<{ readonly status: number; readonly ms: number }>;
  /** Ends tokens early, of one app or all. */
  expireTokens(app?: string): void;
  /** Ends all sessionWebhooks early. */
  expireSessions(): void;
  /** Whether `batchSend` holds back what is sent to this person. */
  holdBack(person: string, isHeld: boolean): void;
  /** Refuses every call for a while, as after 10,000 of them in 20 s. */
  blockAddress(ms: number): void;
  /** Pushes that still wait for an ack or for their next try. */
  readonly pendingDeliveries: number;
  /** The server says where it is reached, once it listens. */
  listensAt(url: string): void;
}

/** Paths of both of the vendor's APIs, and of files. */
const PATHS = /^\/(?:v[12]\.0\/|gettoken$|media\/|robot\/|topapi\/|dingtalk\/)/;

/** @param options - Absent for a company that has nothing at DingTalk. */
export function createDingtalkSide(shared: SharedWorld, options?: DingtalkOptions): DingtalkSide {
  const settings: DingtalkOptions = options ?? { apps: [] };
  const world = buildWorld(shared, settings);
  const http = createHttpApi(world);
  const hands = createHands(world);
  const office = createOffice(world);

  for (const app of settings.apps ?? [{}]) office.addApp(app);
  furnish(world, settings);

  return {
    ...hands,
    ...office,
    ...createViews(world),
    kind: 'dingtalk',
    perform: createPerformer(world, hands),
    approvalViews: () => approvalViews(world),
    corpId: world.corpId,
    limits: world.limits,
    record: world.recorder,
    stream: world.hub,
    get apps() {
      return [...world.apps.values()];
    },
    get app() {
      return appOf(world, undefined);
    },
    get quota() {
      return world.quota.state;
    },
    setQuota: (change) => world.quota.set(change),
    userId: (person) => mustFind(world.accounts.of(person).userId, 'member', person),
    unionId: (person) => world.accounts.of(person).unionId,
    senderId: (person) => world.accounts.of(person).senderId,
    directChat: (from, to) => chatOf(world, { from, to }).id,
    forge: (place) => forgeMessage(world, place),
    expireTokens: (app) => world.tokens.expire(app),
    expireSessions: () => world.sessions.expire(),
    holdBack(person, isHeld) {
      if (isHeld) world.heldBack.add(person);
      else world.heldBack.delete(person);
    },
    blockAddress(ms) {
      world.blockedUntil = world.clock.now() + ms;
    },
    get pendingDeliveries() {
      return world.deliverer.pending;
    },
    listensAt(url) {
      world.baseUrl = url;
    },

    owns: (path) => PATHS.test(path),
    async handle(request, response) {
      const path = (request.url ?? '/').split('?')[0] ?? '';
      if (!path.startsWith(FILE_PATH)) return http.handle(request, response);
      const file = world.files.shared(path.slice(FILE_PATH.length));
      if (file === undefined) return void response.writeHead(403).end('Request has expired.');
      response.writeHead(200, { 'content-type': file.mime, 'content-length': String(file.bytes) });
      if (file.content === undefined) sendZeros(response, file.bytes);
      else response.end(file.content);
    },
    upgrade(path, request, socket, head) {
      if (path !== STREAM_PATH) return false;
      world.hub.upgrade(request, socket, head);
      return true;
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
      world.quota.on = on && world.rules.quota;
    },
    speedChanged: () => world.waits.speedChanged(),
    reset() {
      world.waits.giveUp();
      clear(world);
      furnish(world, settings);
    },
    async close() {
      world.waits.giveUp();
      http.close();
      world.hub.close();
      await world.line.close();
    },
  };
}

/** What an administrator does in the vendor's console. */
function createOffice(
  world: DingtalkWorld,
): Pick<DingtalkSide, 'addApp' | 'addGroup' | 'addGroupRobot' | 'createApp' | 'changeApp' | 'checkApp'> {
  const addApp = (options: DingtalkAppOptions = {}): DingtalkApp => {
    const app = createDingtalkApp(options, world.apps.size);
    world.apps.set(app.id, app);
    world.teller.appChanged(app.id);
    return app;
  };
  return {
    addApp,
    addGroupRobot(options) {
      const chat = mustFind(world.chats.find(options.chat), 'chat', options.chat);
      const robot = createGroupRobot(options, world.groupRobots.size);
      world.groupRobots.set(robot.id, robot);
      chat.bots.add(robot.id);
      return Object.assign(robot, { url: `${world.baseUrl}/robot/send?access_token=${robot.id}` });
    },
    addGroup: (group) => world.chats.addGroup(group).id,
    createApp({ name, mode, webhookUrl, scopes, credentials = {} }: NewApp) {
      const { client_id: clientId, client_secret: clientSecret } = credentials;
      const app = addApp({
        ...(name !== undefined && { name }),
        ...(mode !== undefined && { mode: mode === 'socket' ? 'stream' : 'webhook' }),
        ...(webhookUrl !== undefined && { webhookUrl }),
        ...(scopes !== undefined && { scopes }),
        ...(clientId !== undefined && { clientId }),
        ...(clientSecret !== undefined && { clientSecret }),
      });
      return appView(world, app);
    },
    changeApp(id, { name, mode, webhookUrl, scopes }: AppChange) {
      const app = world.apps.get(id);
      if (app === undefined) return undefined;
      if (name !== undefined) app.name = name;
      if (mode !== undefined) app.mode = mode === 'socket' ? 'stream' : 'webhook';
      if (webhookUrl !== undefined) app.webhookUrl = webhookUrl;
      if (scopes !== undefined) app.scopes = new Set(scopes);
      world.teller.appChanged(id);
      return appView(world, app);
    },
    async checkApp(id) {
      const app = world.apps.get(id);
      return app === undefined ? undefined : checkAddress(world, app);
    },
  };
}

function furnish(world: DingtalkWorld, { groups = [] }: DingtalkOptions): void {
  const ids = [...world.apps.keys()];
  for (const { bots = [], ...group } of groups) {
    const named = bots.map((bot) => (typeof bot === 'number' ? (ids[bot] ?? '') : bot));
    world.chats.addGroup({ ...group, bots: named });
  }
}

/** Everything but apps. */
function clear(world: DingtalkWorld): void {
  const { chats, messages, sessions, files, cards, heldBack, rates, quota, recorder, hub } = world;
  for (const part of [chats, messages, sessions, files, cards, heldBack, rates, quota, recorder, hub]) part.clear();
  for (const part of [world.notices, world.approvals, world.groupRobots]) part.clear();
  world.blockedUntil = 0;
}
