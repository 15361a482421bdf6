import type { FormEntry } from '../../src/core/approvals.ts';
import { id } from '../../src/core/ids.ts';
import { DingtalkPlatform } from '../../src/platforms/dingtalk/adapter.ts';
import { dingtalkConfigSchema } from '../../src/platforms/dingtalk/config.ts';
import { type ApprovalTemplate, startSimulator } from '../../src/simulator/index.ts';
import type { ApprovalCase } from '../contracts/approvals.contract.ts';
import { caseBase, listenFor } from './approval-listener.ts';
import { vendorDeps } from './dingtalk-vendor.ts';
import { movedClock } from './moved-clock.ts';

export const DINGTALK_TEMPLATE: ApprovalTemplate = {
  processCode: 'PROC-CONTRACT-1',
  name: 'Access',
  approvers: ['wang.min'],
  fields: [
    { label: 'Reason', componentType: 'TextField', required: true },
    { label: 'Days', componentType: 'NumberField' },
    { label: 'Start', componentType: 'DDDateField' },
    { label: '["From","To"]', componentType: 'DDDateRangeField', format: 'yyyy-MM-dd HH:mm' },
    { label: 'Role', componentType: 'DDSelectField', options: ['Reader', 'Writer'] },
    { label: 'Groups', componentType: 'DDMultiSelectField', options: ['A', 'B'] },
    { label: 'For', componentType: 'InnerContactField' },
    { label: 'Receipt', componentType: 'DDAttachment' },
    { label: 'Read this', componentType: 'TextNote' },
  ],
};

/** Where an app's events come over HTTP. */
export const DINGTALK_EVENTS = { token: 'gwTok2026', aesKey: 'c2ltdWxhdG9yLWFlcy1rZXktZm9yLXVuaXQtdGVzdHM' } as const;

export async function dingtalkApprovals(): Promise<ApprovalCase> {
  const clock = movedClock();
  const sim = await startSimulator({ dify: false, clock, dingtalk: { approvals: [DINGTALK_TEMPLATE] } });
  const { app } = sim.dingtalk;
  const platform = new DingtalkPlatform(
    dingtalkConfigSchema.parse({
      clientId: app.id,
      clientSecret: app.secret,
      baseUrl: sim.url,
      oapiBaseUrl: sim.url,
      eventToken: DINGTALK_EVENTS.token,
      eventAesKey: DINGTALK_EVENTS.aesKey,
    }),
    vendorDeps({ clock }),
  );
  const listener = await listenFor(platform, () => clock.now());
  app.events = { url: listener.url, ...DINGTALK_EVENTS };
  return {
    ...caseBase(platform, listener, sim, clock),
    template: id(DINGTALK_TEMPLATE.processCode),
    asker: id(sim.dingtalk.userId('lin')),
    decider: id('wang.min'),
    values: {
      Reason: 'a trip',
      Days: 2,
      Start: '2026-05-01',
      '["From","To"]': { from: '2026-05-01T09:00', to: '2026-05-02T18:00' },
      Role: 'Writer',
      Groups: ['B', 'A'],
      For: ['wang.min'],
    },
    kinds: {
      Reason: 'text',
      Days: 'number',
      Start: 'date',
      '["From","To"]': 'date-range',
      Role: 'choice',
      Groups: 'choices',
      For: 'people',
      Receipt: 'other',
      'Read this': 'note',
    },
    spoil: (form) =>
      form.map(
        (entry): FormEntry =>
          entry.field.kind === 'date' ? { ...entry, value: { kind: 'date', date: '01.05.2026' } } : entry,
      ),
    decide: (instance, approve, remark) => sim.dingtalk.decide('wang', instance, approve ? 'agree' : 'refuse', remark),
    withdraw: (instance) => sim.dingtalk.withdraw('lin', instance, 'no longer'),
  };
}
