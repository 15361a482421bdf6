import { createMessageList, recordAndTell } from '../messages.ts';
import { createOutgoing, OUTGOING_LIMITS } from '../outgoing.ts';
import type { SharedWorld } from '../shared-world.ts';
import { createStaff } from '../staff.ts';
import { createWaits } from '../waits.ts';
import { createAccounts } from './accounts.ts';
import { createApprovals } from './approvals/approvals.ts';
import { DEMO_APPROVAL } from './approvals/demo.ts';
import { tellApprovals } from './approvals/tell.ts';
import type { FeishuApp } from './apps.ts';
import type { CardRules } from './card-check.ts';
import { createCards } from './card-entity.ts';
import { createCardTokens } from './card-tokens.ts';
import { createChats } from './chats.ts';
import { createDeliverer } from './deliver.ts';
import { FEISHU_LIMITS } from './limits.ts';
import { buildMessage } from './messages.ts';
import type { FeishuMessage } from './model.ts';
import type { FeishuOptions } from './options.ts';
import { createPageTeller, type PageTeller } from './page-teller.ts';
import { createRates } from './rates.ts';
import { createRecorder } from './record.ts';
import { createSentKeys } from './sent-keys.ts';
import { createSocketHub, SOCKET_DEFAULTS } from './socket-hub.ts';
import { createTokens } from './tokens.ts';
import type { Line } from './try-delivery.ts';
import type { FeishuWorld } from './world.ts';

/** Puts the parts of the vendor's side together. */
export function buildWorld(
  shared: SharedWorld,
  options: FeishuOptions,
): { readonly world: FeishuWorld; readonly teller: PageTeller } {
  const { clock } = shared;
  const limits = { ...FEISHU_LIMITS, ...options.limits };
  const { keep = Number.POSITIVE_INFINITY, keepHistory = true } = options;
  const { webhookConnections: connections = OUTGOING_LIMITS.connections } = options;
  const teller = createPageTeller(shared.bus, () => world);
  const accounts = createAccounts(shared.people);
  const apps = new Map<string, FeishuApp>();
  const recorder = createRecorder(clock, keep);
  const rates = createRates(clock, limits);
  rates.on = options.rateLimits ?? true;
  const hub = createSocketHub(clock, { ...SOCKET_DEFAULTS, ...options.socket }, (app) => teller.appChanged(app));
  const chats = createChats(clock, (chat) => teller.chatAdded(chat));
  const rulesFor = createRules();

  const told = recordAndTell<FeishuMessage>(recorder, teller);
  const messages = createMessageList({
    clock,
    keep,
    keepHistory,
    build: buildMessage,
    listener: {
      ...told,
      added: (message) => (message.upperId === undefined ? told.added(message) : teller.messageAdded(message)),
    },
  });
  const cards = createCards({
    clock,
    rates,
    rulesFor,
    keep,
    keepHistory,
    listener: {
      changed(entity, update, kept) {
        if (entity.sentAs !== undefined) recorder.messageChanged(entity.sentAs);
        teller.cardChanged(entity, update, kept);
      },
    },
  });
  const line: Line = {
    clock,
    limits,
    hub,
    recorder,
    recordings: new Map(),
    wire: shared.wire,
    faults: shared.faults,
    waits: createWaits(clock, () => shared.speed),
    webhooks: createOutgoing(clock, { ...OUTGOING_LIMITS, connections }),
  };
  const world: FeishuWorld = {
    shared,
    clock,
    limits,
    apps,
    hooks: new Map(),
    accounts,
    staff: createStaff(shared.people),
    chats,
    messages,
    cards,
    approvals: createApprovals(
      clock,
      options.approvals ?? [DEMO_APPROVAL],
      tellApprovals(() => world),
    ),
    rates,
    recorder,
    hub,
    line,
    rulesFor,
    cardTokens: createCardTokens(clock, limits),
    tokens: createTokens(clock, limits),
    sentKeys: createSentKeys(clock, limits.uuidWindowMs, keep),
    contentRules: {
      limits,
      accounts,
      cards,
      rulesFor,
      resources: shared.resources,
      hasChat: (id) => chats.find(id) !== undefined,
    },
    checkScopes: options.scopes ?? true,
    deliverer: createDeliverer({ ...line, marked: (message) => messages.changed(message) }),
  };
  return { world, teller };

  function createRules(): (app: FeishuApp) => CardRules {
    const made = new WeakMap<FeishuApp, CardRules>();
    return (app) => {
      const rules = made.get(app) ?? {
        limits,
        hasImage: (key) => shared.resources.find(key)?.owner === app.id,
        hasUser: (id) => id === app.botId || typeof accounts.find(id, kindOf(id), app) === 'object',
      };
      made.set(app, rules);
      return rules;
    };
  }
}

function kindOf(id: string): 'open_id' | 'union_id' | 'user_id' {
  if (id.startsWith('ou_')) return 'open_id';
  return id.startsWith('on_') ? 'union_id' : 'user_id';
}
