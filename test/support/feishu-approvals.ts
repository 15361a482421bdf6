import type { FormEntry } from '../../src/core/approvals.ts';
import { id } from '../../src/core/ids.ts';
import { FeishuPlatform } from '../../src/platforms/feishu/adapter.ts';
import { type FeishuConfig, feishuConfigSchema } from '../../src/platforms/feishu/config.ts';
import { type FeishuApprovalDefinition, startSimulator } from '../../src/simulator/index.ts';
import type { ApprovalCase } from '../contracts/approvals.contract.ts';
import type { Skips } from '../contracts/platform.contract.ts';
import { caseBase, listenFor } from './approval-listener.ts';
import { vendorDeps } from './feishu-vendor.ts';
import { movedClock } from './moved-clock.ts';

export const FEISHU_SKIPS: Skips = {
  'comes through the API over everybody’s head': 'the vendor lets only those end an approval who have to do with it',
};

export const FEISHU_DEFINITION: FeishuApprovalDefinition = {
  code: 'AC-CONTRACT-1',
  name: 'Access',
  widgets: [
    { id: 'widget1', name: 'Reason', type: 'input', required: true },
    { id: 'widget2', name: 'Days', type: 'number' },
    { id: 'widget3', name: 'Start', type: 'date', value: 'YYYY-MM-DD' },
    { id: 'widget4', name: 'While', type: 'dateInterval', value: 'YYYY-MM-DD hh:mm' },
    {
      id: 'widget5',
      name: 'Role',
      type: 'radioV2',
      option: [
        { value: 'k1', text: 'Reader' },
        { value: 'k2', text: 'Writer' },
      ],
    },
    {
      id: 'widget6',
      name: 'Groups',
      type: 'checkbox',
      option: [
        { value: 'g1', text: 'A' },
        { value: 'g2', text: 'B' },
      ],
    },
    { id: 'widget7', name: 'For', type: 'contact' },
    { id: 'widget8', name: 'Receipt', type: 'attachmentV2' },
    { id: 'widget9', name: 'Read this', type: 'text' },
  ],
  nodes: [{ id: 'node-1', name: 'Manager', type: 'OR', approvers: ['wang'] }],
};
/** The same, decided by whom whoever asks chooses. */
const CHOSEN: FeishuApprovalDefinition = {
  ...FEISHU_DEFINITION,
  code: 'AC-CONTRACT-2',
  nodes: [{ id: 'node-1', name: 'Manager', type: 'AND', approvers: [] }],
};

interface FeishuApprovalCase extends ApprovalCase {
  /** A definition that leaves who decides to whoever asks. */
  readonly chosen: string;
  readonly config: FeishuConfig;
  /** How often the API was asked for what. */
  calls(): readonly string[];
}

export async function feishuApprovals(): Promise<FeishuApprovalCase> {
  const clock = movedClock();
  const sim = await startSimulator({ dify: false, clock, feishu: { approvals: [FEISHU_DEFINITION, CHOSEN] } });
  const { app } = sim.feishu;
  const config = feishuConfigSchema.parse({
    appId: app.id,
    appSecret: app.secret,
    encryptKey: app.encryptKey,
    verificationToken: app.verificationToken,
    baseUrl: sim.url,
    approvalCodes: `${FEISHU_DEFINITION.code}, ${CHOSEN.code}`,
  });
  const calls: string[] = [];
  const deps = vendorDeps({ clock, onCall: ({ api }) => void calls.push(api) });
  const platform = new FeishuPlatform(config, deps);
  const listener = await listenFor(platform, () => clock.now());
  app.webhookUrl = listener.url;
  return {
    chosen: CHOSEN.code,
    config,
    calls: () => calls,
    ...caseBase(platform, listener, sim, clock),
    template: id(FEISHU_DEFINITION.code),
    asker: id(sim.feishu.openId('lin')),
    decider: id(sim.feishu.openId('wang')),
    values: {
      Reason: 'a trip',
      Days: 2,
      Start: '2026-05-01',
      While: { from: '2026-05-01T09:00', to: '2026-05-02T18:00' },
      Role: 'Writer',
      Groups: ['B', 'A'],
      For: [sim.feishu.openId('wang')],
    },
    kinds: {
      Reason: 'text',
      Days: 'number',
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
          entry.field.kind === 'date' ? { ...entry, value: { kind: 'date', date: '01.05.2026' } } : entry,
      ),
    decide: (instance, approve, remark) => sim.feishu.decideApproval('wang', instance, approve, remark),
    withdraw: (instance) => sim.feishu.withdrawApproval('lin', instance),
  };
}
