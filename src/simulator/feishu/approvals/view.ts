import type { SimApproval } from '../../contract.ts';
import type { FeishuWorld } from '../world.ts';
import type { InstanceStatus } from './approvals.ts';

const STATES: Readonly<Record<InstanceStatus, SimApproval['state']>> = {
  PENDING: 'running',
  APPROVED: 'approved',
  REJECTED: 'refused',
  CANCELED: 'withdrawn',
  REVERTED: 'withdrawn',
  DELETED: 'ended',
};

export function approvalViews({ approvals }: FeishuWorld): SimApproval[] {
  return [...approvals.instances.values()]
    .reverse()
    .map(({ code, definition, person, form, status, tasks, startedAt }) => ({
      platform: 'feishu',
      id: code,
      title: definition.name,
      askedBy: person,
      fields: form.map(({ id, value }) => ({
        label: definition.widgets.find((widget) => widget.id === id)?.name ?? String(id),
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })),
      state: STATES[status],
      waitingFor: tasks.filter((task) => task.status === 'PENDING').map((task) => task.person),
      at: startedAt,
    }));
}
