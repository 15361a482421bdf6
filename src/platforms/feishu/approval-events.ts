import type { ApprovalChange, ApprovalState, TaskOutcome } from '../../core/approvals.ts';
import { GatewayError } from '../../core/errors.ts';
import type { InboundEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import { type Json, numberAt, objectAt, textAt } from '../../lib/read.ts';
import type { Envelope, EventContext } from './events.ts';

/** Both forms of the vendor's events; an app that subscribed to both is told twice, and it counts once. */
const INSTANCES: ReadonlySet<string> = new Set(['approval_instance', 'approval.instance.status_changed_v4']);
const TASKS: ReadonlySet<string> = new Set(['approval_task', 'approval.task.status_changed_v4']);

export function isApprovalEvent(type: string): boolean {
  return INSTANCES.has(type) || TASKS.has(type);
}

/**
 * What the vendor tells of an approval.
 *
 * @throws {GatewayError} `body_malformed` without the approval it is about.
 * @see https://open.feishu.cn/document/server-docs/approval-v4/event/common-event/approval-instance-event
 */
export function parseApproval(envelope: Envelope, context: EventContext): InboundEvent {
  const { type, event } = envelope;
  const instance = textAt(event, 'instance_code');
  if (instance === '') throw new GatewayError('body_malformed', `an ${type} has no instance_code`);
  const change = changeIn(type, event);
  if (!change) return { kind: 'ignored', why: 'unknown-type', what: type };
  const time = numberAt(event, 'operate_time') ?? numberAt(event, 'instance_operate_time');
  const from = whoIn(event);
  const task = textAt(event, 'task_id');
  const moment = time === undefined ? envelope.eventId : String(time);
  return {
    kind: 'approval',
    // By what happened and when: the vendor's own ids differ between its two forms of one event.
    key: id(JSON.stringify(['approval', instance, task, textAt(event, 'status'), moment])),
    at: milliseconds(time) ?? envelope.at ?? context.now,
    from: { account: id(from), ids: {} },
    to: { channel: context.channel, kind: 'direct', chat: id(from) },
    instance: id(instance),
    template: id(textAt(event, 'approval_code')),
    change,
  };
}

function changeIn(type: string, event: Json): ApprovalChange | undefined {
  const status = textAt(event, 'status');
  if (INSTANCES.has(type)) {
    const state = STATES[status];
    return state && { of: 'instance', state };
  }
  const outcome = OUTCOMES[status];
  return outcome && { of: 'task', outcome };
}

/** `REVERTED`: taken back after it was approved; the deadline closes one, and may open it again. */
const STATES: Readonly<Record<string, ApprovalState>> = {
  PENDING: 'running',
  APPROVED: 'approved',
  REJECTED: 'refused',
  CANCELED: 'canceled',
  REVERTED: 'canceled',
  DELETED: 'terminated',
  OVERTIME_CLOSE: 'terminated',
  OVERTIME_RECOVER: 'running',
};

const OUTCOMES: Readonly<Record<string, TaskOutcome>> = {
  PENDING: 'waiting',
  APPROVED: 'approved',
  REJECTED: 'refused',
  TRANSFERRED: 'handed-on',
  ROLLBACK: 'handed-on',
  DONE: 'canceled',
  REVERTED: 'canceled',
  OVERTIME_CLOSE: 'canceled',
  OVERTIME_RECOVER: 'waiting',
};

/** The first form has the ids of a task's person beside it, the second in an object of their own. */
function whoIn(event: Json): string {
  return (
    textAt(event, 'open_id') ||
    textAt(objectAt(event, 'assigned_user'), 'open_id') ||
    textAt(objectAt(event, 'start_user'), 'open_id')
  );
}

/** Seconds by an example of the vendor's, milliseconds by its table. */
function milliseconds(time: number | undefined): number | undefined {
  return time !== undefined && time < 1e11 ? time * 1000 : time;
}
