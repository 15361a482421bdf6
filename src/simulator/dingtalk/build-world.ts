import { steadyHex } from '../ids.ts';
import { recordAndTell } from '../messages.ts';
import { createOutgoing, OUTGOING_LIMITS } from '../outgoing.ts';
import type { SharedWorld } from '../shared-world.ts';
import { createStaff } from '../staff.ts';
import { createWaits } from '../waits.ts';
import { createAccounts } from './accounts.ts';
import { type ApprovalTemplate, createApprovals } from './approvals/approvals.ts';
import { showApproval } from './approvals/on-page.ts';
import { createChats } from './chats.ts';
import { createDeliverer } from './deliver.ts';
import { createFiles } from './files.ts';
import { forge } from './forge.ts';
import { DINGTALK_LIMITS } from './limits.ts';
import { createMessages } from './messages.ts';
import type { DingtalkMessage } from './model.ts';
import { createNotices } from './notices/notices.ts';
import { DINGTALK_RULES, type DingtalkOptions } from './options.ts';
import { createPageTeller } from './page-teller.ts';
import { createQuota } from './quota.ts';
import { createRates } from './rates.ts';
import { createRecorder } from './record.ts';
import { createSessions } from './sessions.ts';
import { createStreamHub } from './stream/hub.ts';
import { tellEvent } from './tell.ts';
import { createTemplates } from './templates.ts';
import { createTokens } from './tokens.ts';
import type { DingtalkWorld } from './world.ts';

const LEAVE: ApprovalTemplate = {
  processCode: 'PROC-LEAVE',
  name: '请假',
  fields: [
    { label: '请假类型', componentType: 'DDSelectField', required: true, options: ['年假', '事假', '病假', '调休'] },
    { label: '天数', componentType: 'NumberField', required: true },
    { label: '事由', componentType: 'TextareaField' },
  ],
  approvers: ['wang.min'],
};

/** Puts the parts of the vendor's side together. */
export function buildWorld(shared: SharedWorld, options: DingtalkOptions): DingtalkWorld {
  const { clock, wire, faults } = shared;
  const limits = { ...DINGTALK_LIMITS, ...options.limits };
  const rules = { ...DINGTALK_RULES, ...options.rules };
  const { keep = Number.POSITIVE_INFINITY, keepHistory = true } = options;
  const teller = createPageTeller(shared.bus, () => world);
  const recorder = createRecorder(keep, (id) => messages.find(id));
  const told = recordAndTell<DingtalkMessage>(recorder, teller);
  const messages = createMessages(
    clock,
    { keep, keepHistory },
    {
      ...told,
      forgotten(message) {
        told.forgotten(message);
        if (message.card !== undefined) world.cards.delete(`${message.card.app} ${message.card.track}`);
      },
    },
  );
  const line = createOutgoing(clock, OUTGOING_LIMITS);
  const waits = createWaits(clock, () => shared.speed);
  const hub = createStreamHub({
    clock,
    wire,
    limits,
    acked: (app, ack) => world.deliverer.acked(app, ack),
    changed(app) {
      teller.appChanged(app);
      recorder.tell();
    },
  });
  const rates = createRates(clock);
  const quota = createQuota(clock, { callLimit: limits.callsPerMonth, pushLimit: limits.pushesPerMonth }, () =>
    teller.quotaChanged(),
  );
  rates.on = options.rateLimits ?? true;
  quota.on = rates.on && rules.quota;
  const world: DingtalkWorld = {
    shared,
    clock,
    limits,
    rules,
    messages,
    recorder,
    rates,
    quota,
    hub,
    line,
    waits,
    teller,
    corpId: options.corpId ?? `ding${steadyHex(32, 'dingtalk-corp')}`,
    apps: new Map(),
    groupRobots: new Map(),
    notices: createNotices(clock, limits.noticesPerDay),
    approvals: createApprovals(clock, options.approvals ?? [LEAVE], {
      event(type, data) {
        for (const app of world.apps.values()) void tellEvent(world, app, type, data);
      },
      changed: (instance) => showApproval(world, instance),
    }),
    accounts: createAccounts(shared.people),
    staff: createStaff(shared.people),
    chats: createChats(clock, (chat) => teller.chatAdded(chat)),
    sessions: createSessions(clock, limits.sessionMs),
    files: createFiles(clock, limits, shared.resources),
    tokens: createTokens(clock, limits.tokenSeconds, rules.anyToken),
    templates: createTemplates(options.templates),
    cards: new Map(),
    heldBack: new Set(),
    blockedUntil: 0,
    baseUrl: '',
    deliverer: createDeliverer({
      clock,
      limits,
      rules,
      line,
      wire,
      faults,
      recorder,
      waits,
      hub,
      marked: (message) => messages.changed(message),
      forge: (push, variant) => forge(world, push, variant),
    }),
  };
  return world;
}
