import type { SimApproval } from '../../contract.ts';
import type { WecomWorld } from '../world.ts';
import type { OaStatus } from './approvals.ts';

const STATES: Readonly<Record<OaStatus, SimApproval['state']>> = {
  1: 'running',
  2: 'approved',
  3: 'refused',
  4: 'withdrawn',
  6: 'withdrawn',
};

export function approvalViews({ approvals }: WecomWorld): SimApproval[] {
  return [...approvals.all.values()].reverse().map(({ spNo, template, person, contents, status, nodes, appliedAt }) => {
    const current = status === 1 ? nodes.find((node) => node.status === 1) : undefined;
    return {
      platform: 'wecom',
      id: spNo,
      title: template.name,
      askedBy: person,
      fields: contents.map(({ id, value }) => ({
        label: template.controls.find((control) => control.id === id)?.title ?? String(id),
        value: JSON.stringify(value),
      })),
      state: STATES[status],
      waitingFor: current?.details.filter((one) => one.status === 1).map((one) => one.person) ?? [],
      at: appliedAt,
    };
  });
}
