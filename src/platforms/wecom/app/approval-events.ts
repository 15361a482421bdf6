import type { ApprovalState } from '../../../core/approvals.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { InboundEvent } from '../../../core/event.ts';
import { id } from '../../../core/ids.ts';
import { asObject, type Json, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import { childrenAt } from '../../../lib/xml.ts';
import type { EventContext } from './events.ts';

const APPROVAL = 'sys_approval_change';
/** Of approvals that a page inside an app has begun (审批流程引擎); they have numbers of their own. */
const ENGINE = 'open_approval_change';

/** These come from nobody, and with the number of the vendor's own app. */
export function isApprovalEvent(event: Json): boolean {
  const name = textAt(event, 'Event');
  return textAt(event, 'MsgType') === 'event' && (name === APPROVAL || name === ENGINE);
}

/**
 * What the vendor tells of an approval, of anybody's in the company.
 *
 * @throws {GatewayError} `body_malformed` without the approval it is about.
 * @see https://developer.work.weixin.qq.com/document/path/91815
 */
export function parseApproval(event: Json, { channel, corpId, now }: EventContext): InboundEvent {
  const name = textAt(event, 'Event');
  const info = objectAt(event, 'ApprovalInfo');
  const isEngine = name === ENGINE;
  const instance = isEngine ? textAt(info, 'ThirdNo') : textAt(info, 'SpNoStr') || textAt(info, 'SpNo');
  if (instance === '') throw new GatewayError('body_malformed', `a ${name} has no number`);
  const status = numberAt(info, isEngine ? 'OpenSpStatus' : 'SpStatus');
  const state = status === undefined ? undefined : STATES[status];
  if (!state) return { kind: 'ignored', why: 'unknown-type', what: name };
  const seconds = numberAt(event, 'CreateTime');
  const account = (textAt(objectAt(info, 'Applyer'), 'UserId') || textAt(info, 'ApplyUserId')).toLowerCase();
  const why = textAt(info, 'StatuChangeEvent');
  return {
    kind: 'approval',
    // The vendor has no id of an event; two of one second differ in what they tell.
    key: id(JSON.stringify(['approval', instance, why, status, seconds ?? '', decidedIn(info)])),
    at: seconds === undefined ? now : seconds * 1000,
    from: { account: id(account), ids: { userid: account, corp_id: corpId } },
    to: { channel, kind: 'direct', chat: id(account) },
    instance: id(instance),
    template: id(textAt(info, isEngine ? 'OpenTemplateId' : 'TemplateId')),
    change: { of: 'instance', state },
  };
}

/** In progress, approved, refused, withdrawn, withdrawn after it was approved, deleted, paid. */
const STATES: Readonly<Record<number, ApprovalState>> = {
  1: 'running',
  2: 'approved',
  3: 'refused',
  4: 'canceled',
  6: 'canceled',
  7: 'terminated',
  10: 'approved',
};

/** How many people have decided so far. */
function decidedIn(info: Json): number {
  const details = childrenAt(info, 'SpRecord').flatMap((record) => childrenAt(asObject(record) ?? {}, 'Details'));
  return details.filter((detail) => (numberAt(asObject(detail) ?? {}, 'SpStatus') ?? 1) !== 1).length;
}
