import type { FormEntry } from '../../src/core/approvals.ts';
import { id } from '../../src/core/ids.ts';
import { WecomAppPlatform } from '../../src/platforms/wecom/app/adapter.ts';
import { wecomConfigSchema } from '../../src/platforms/wecom/app/config.ts';
import { type OaTemplate, startSimulator } from '../../src/simulator/index.ts';
import type { ApprovalCase } from '../contracts/approvals.contract.ts';
import type { Skips } from '../contracts/platform.contract.ts';
import { caseBase, listenFor } from './approval-listener.ts';
import { movedClock } from './moved-clock.ts';
import { wecomConfig, wecomDeps } from './wecom-app.ts';

const IN_THE_CLIENT = 'the vendor has no API for it: people do it in their clients';
export const WECOM_SKIPS: Skips = {
  'comes through the API in the name of whoever decides, once': IN_THE_CLIENT,
  'comes through the API for nobody who has nothing to decide': IN_THE_CLIENT,
  'comes through the API when it is taken back': IN_THE_CLIENT,
  'comes through the API over everybody’s head': IN_THE_CLIENT,
};

const TEMPLATE: OaTemplate = {
  id: '3TkContract',
  name: '权限申请',
  approvers: ['wang'],
  controls: [
    { control: 'Text', id: 'Text-1', title: 'Reason', required: true },
    { control: 'Money', id: 'Money-2', title: 'Cost' },
    { control: 'Date', id: 'Date-3', title: 'Start', unit: 'day' },
    { control: 'DateRange', id: 'DateRange-4', title: 'While', unit: 'halfday' },
    {
      control: 'Selector',
      id: 'Selector-5',
      title: 'Role',
      options: [
        { key: 'option-1', text: 'Reader' },
        { key: 'option-2', text: 'Writer' },
      ],
    },
    {
      control: 'Selector',
      id: 'Selector-6',
      title: 'Groups',
      multiple: true,
      options: [
        { key: 'option-3', text: 'A' },
        { key: 'option-4', text: 'B' },
      ],
    },
    { control: 'Contact', id: 'Contact-7', title: 'For', mode: 'user' },
    { control: 'File', id: 'File-8', title: 'Receipt' },
    { control: 'Tips', id: 'Tips-9', title: 'Read this' },
  ],
};

export async function wecomApprovals(): Promise<ApprovalCase> {
  const clock = movedClock();
  const sim = await startSimulator({ dify: false, clock, wecom: { bots: [], kf: false, approvals: [TEMPLATE] } });
  const { app } = sim.wecom;
  const config = { ...wecomConfig(sim, app), approvalTemplates: TEMPLATE.id };
  const platform = new WecomAppPlatform(wecomConfigSchema.parse(config), wecomDeps({ clock }));
  const listener = await listenFor(platform, () => clock.now());
  app.webhookUrl = listener.url;
  return {
    ...caseBase(platform, listener, sim, clock),
    template: id(TEMPLATE.id),
    asker: id(sim.wecom.userId('lin').toLowerCase()),
    decider: id(sim.wecom.userId('wang').toLowerCase()),
    values: {
      Reason: 'a trip',
      Cost: 3200.5,
      Start: '2026-05-01',
      While: { from: '2026-05-01', to: '2026-05-02' },
      Role: 'Writer',
      Groups: ['B', 'A'],
      For: [sim.wecom.userId('wang')],
    },
    kinds: {
      Reason: 'text',
      Cost: 'number',
      Start: 'date',
      While: 'date-range',
      Role: 'choice',
      Groups: 'choices',
      For: 'people',
      Receipt: 'other',
      'Read this': 'note',
    },
    spoil: (form) =>
      form.map(
        (entry): FormEntry =>
          entry.field.kind === 'choice'
            ? { ...entry, value: { kind: 'options', options: [{ id: 'x', label: 'x' }] } }
            : entry,
      ),
    decide: (instance, approve, remark) => sim.wecom.decideApproval('wang', instance, approve, remark),
    withdraw: (instance) => sim.wecom.withdrawApproval('lin', instance),
  };
}
