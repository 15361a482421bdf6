import { textAt } from '../../../lib/read.ts';
import type { SimApproval } from '../../contract.ts';
import type { DingtalkWorld } from '../world.ts';
import type { ApprovalInstance } from './approvals.ts';

export function approvalViews({ approvals, accounts }: DingtalkWorld): SimApproval[] {
  const personOf = (userId: string): string => accounts.member(userId)?.person.id ?? userId;
  return [...approvals.instances.values()].reverse().map((instance) => ({
    platform: 'dingtalk',
    id: instance.id,
    title: instance.template.name,
    askedBy: personOf(instance.originator),
    fields: instance.form.map((one) => ({ label: textAt(one, 'name'), value: textAt(one, 'value') })),
    state: stateOf(instance),
    waitingFor: instance.tasks.filter(({ status }) => status === 'RUNNING').map(({ userId }) => personOf(userId)),
    at: instance.createdAt,
  }));
}

function stateOf({ status, result, originator, records }: ApprovalInstance): SimApproval['state'] {
  if (status === 'RUNNING') return 'running';
  if (status === 'COMPLETED') return result === 'agree' ? 'approved' : 'refused';
  const ended = records.findLast((record) => record.type === 'TERMINATE_PROCESS_INSTANCE');
  return ended !== undefined && ended.userId === originator ? 'withdrawn' : 'ended';
}
