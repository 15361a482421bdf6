import type { ApprovalChange, TaskOutcome } from '../../core/approvals.ts';
import { GatewayError } from '../../core/errors.ts';
import type { InboundEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import { type Json, numberAt, textAt } from '../../lib/read.ts';
import type { EventContext } from './events.ts';

const INSTANCE = 'bpms_instance_change';
const TASK = 'bpms_task_change';
/** Events about approvals: of anybody's in the organisation. */
export const APPROVAL_EVENTS: ReadonlySet<string> = new Set([INSTANCE, TASK]);

/**
 * What the vendor tells of an approval.
 *
 * @throws {GatewayError} `body_malformed` without the approval it is about.
 * @see https://open.dingtalk.com/document/development/event-bpms-instance-change (and event-bpms-task-change)
 */
export function parseApproval(type: string, payload: Json, context: EventContext): InboundEvent {
  // The month's pushes are used up: the event came, what happened did not.
  if (payload['errCode'] !== undefined) return { kind: 'ignored', why: 'quota-gone', what: type };
  const instance = textAt(payload, 'processInstanceId');
  if (instance === '') throw new GatewayError('body_malformed', `a ${type} has no processInstanceId`);
  const change = changeIn(type, payload);
  if (!change) return { kind: 'ignored', why: 'unknown-type', what: type };
  const [did, result] = [textAt(payload, 'type'), textAt(payload, 'result')];
  const account = textAt(payload, 'staffId');
  return {
    kind: 'approval',
    // By what happened, which happens once: a redelivery, and the same event over both ways, is the same.
    key: id(JSON.stringify(['approval', type, instance, numberAt(payload, 'taskId') ?? '', did, result])),
    at: numberAt(payload, 'finishTime') ?? numberAt(payload, 'createTime') ?? context.now,
    from: { account: id(account), ids: { staff_id: account } },
    to: { channel: context.channel, kind: 'direct', chat: id(account) },
    instance: id(instance),
    template: id(textAt(payload, 'processCode')),
    change,
  };
}

function changeIn(type: string, payload: Json): ApprovalChange | undefined {
  const [did, result, remark] = [textAt(payload, 'type'), textAt(payload, 'result'), textAt(payload, 'remark')];
  if (type === TASK) {
    const outcome = did === 'finish' ? RESULTS[result] : TASKS[did];
    return outcome && { of: 'task', outcome, ...(remark !== '' && { remark }) };
  }
  switch (did) {
    case 'start':
      return { of: 'instance', state: 'running' };
    case 'finish':
      return { of: 'instance', state: result === 'agree' ? 'approved' : 'refused' };
    // Who has ended it is read at the vendor.
    case 'terminate':
    case 'delete':
      return { of: 'instance', state: 'terminated' };
    default:
      return undefined;
  }
}

const TASKS: Readonly<Record<string, TaskOutcome>> = { start: 'waiting', cancel: 'canceled' };
const RESULTS: Readonly<Record<string, TaskOutcome>> = { agree: 'approved', refuse: 'refused', redirect: 'handed-on' };
