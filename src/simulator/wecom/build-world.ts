import { steadyHex } from '../ids.ts';
import { createMessageList, recordAndTell } from '../messages.ts';
import { createOutgoing, OUTGOING_LIMITS } from '../outgoing.ts';
import type { SharedWorld } from '../shared-world.ts';
import { createStaff } from '../staff.ts';
import { createWaits } from '../waits.ts';
import { createAccounts, isCustomer } from './accounts.ts';
import { createSentStore } from './app/sent.ts';
import { createCommands } from './bot/commands.ts';
import { createMediaUrls } from './bot/media-urls.ts';
import { createSocketHub, SOCKET_RULES } from './bot/socket-hub.ts';
import { createUploads } from './bot/uploads.ts';
import { createChats } from './chats.ts';
import { createCodes } from './codes.ts';
import { createDeliverer } from './deliver.ts';
import { createKfWorld } from './kf/kf-world.ts';
import { WECOM_LIMITS } from './limits.ts';
import { createMedia } from './media.ts';
import { buildMessage, createMsgIds } from './messages.ts';
import { createOaApprovals, DEMO_TEMPLATE } from './oa/approvals.ts';
import { tellApproval } from './oa/tell.ts';
import { WECOM_RULES, type WecomOptions } from './options.ts';
import { createPageTeller } from './page-teller.ts';
import { createRates } from './rates.ts';
import { createRecorder } from './record.ts';
import { createTokens } from './tokens.ts';
import type { WecomWorld } from './world.ts';

/** Puts the parts of the vendor's side together. */
export function buildWorld(shared: SharedWorld, options: WecomOptions): WecomWorld {
  const { clock } = shared;
  const limits = { ...WECOM_LIMITS, ...options.limits };
  const rules = { ...WECOM_RULES, ...options.rules };
  const { keep = Number.POSITIVE_INFINITY, keepHistory = true } = options;
  const corpId = options.corpId ?? `ww${steadyHex(16, 'wecom-corp')}`;
  const teller = createPageTeller(shared.bus, () => world);
  const recorder = createRecorder({ clock, keep, find: (id) => messages.find(id) });
  const rates = createRates(clock, limits);
  rates.on = options.rateLimits ?? true;
  const messages = createMessageList({
    clock,
    keep,
    keepHistory,
    build: buildMessage,
    listener: recordAndTell(recorder, teller),
  });
  const media = createMedia(clock, limits, shared.resources);
  const { webhookConnections: connections = OUTGOING_LIMITS.connections } = options;
  const line = createOutgoing(clock, { ...OUTGOING_LIMITS, connections });
  const waits = createWaits(clock, () => shared.speed);
  const world: WecomWorld = {
    shared,
    clock,
    limits,
    rules,
    corpId,
    messages,
    media,
    rates,
    recorder,
    line,
    waits,
    teller,
    apps: new Map(),
    bots: new Map(),
    robots: new Map(),
    accounts: createAccounts(shared.people),
    staff: createStaff(shared.people),
    chats: createChats(clock, (chat) => teller.chatAdded(chat)),
    tokens: createTokens(clock, limits),
    sent: createSentStore(clock, limits),
    contactCodes: createCodes(clock, 'welcome_'),
    approvals: createOaApprovals(clock, options.approvals ?? [DEMO_TEMPLATE], (approval, change) =>
      tellApproval(world, approval, change),
    ),
    newMsgId: createMsgIds(),
    baseUrl: '',
    deliverer: createDeliverer({
      clock,
      limits,
      line,
      waits,
      recorder,
      rules,
      wire: shared.wire,
      faults: shared.faults,
      marked: (message) => messages.changed(message),
    }),
    bot: {
      hub: createSocketHub({
        clock,
        wire: shared.wire,
        rules: { ...SOCKET_RULES, ...options.socket },
        handle: createCommands(() => world),
        called: (cmd, code) => recorder.called(`frame ${cmd}`, code),
        changed: (bot) => teller.appChanged(bot),
      }),
      uploads: createUploads(clock, limits, media),
      mediaUrls: createMediaUrls(clock, limits),
      responseUrls: createCodes(clock, 'RC'),
      interactions: new Map(),
      waiting: new Map(),
      streaming: new Map(),
      entered: new Map(),
      timers: new Map(),
    },
    kf:
      options.kf === false
        ? undefined
        : createKfWorld({ clock, limits, corpId, options: options.kf ?? {}, colleagues: colleaguesOf(shared) }),
  };
  return world;
}

function colleaguesOf({ people }: SharedWorld): string[] {
  return [...people.all.values()]
    .filter((person) => person.role === 'colleague' && !isCustomer(person))
    .map(({ id }) => id);
}
