import { hash } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';
import type { DirectoryChange, InboundEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import { type Json, listAt, numberAt, textAt } from '../../lib/read.ts';
import type { EventContext } from './events.ts';

const MEMBERS: ReadonlySet<string> = new Set(['user_add_org', 'user_modify_org', 'user_leave_org']);
const DEPARTMENTS: ReadonlySet<string> = new Set(['org_dept_create', 'org_dept_modify', 'org_dept_remove']);

/** Events about the company's contacts; the month does not count them. */
export function isContactEvent(type: string): boolean {
  return MEMBERS.has(type) || DEPARTMENTS.has(type);
}

/**
 * What the vendor tells of members and departments, of several at once. Over HTTP the lists begin with a capital.
 *
 * @throws {GatewayError} `body_malformed` without anybody it is about.
 * @see https://open.dingtalk.com/document/orgapp/address-book-user-departure-stream (and its neighbours)
 */
export function parseContact(type: string, payload: Json, context: EventContext): readonly InboundEvent[] {
  const isMember = MEMBERS.has(type);
  const subjects = (isMember ? ['userId', 'UserId'] : ['deptId', 'DeptId']).flatMap((name) => listAt(payload, name));
  const names = [...new Set(subjects.map(String).filter((name) => name !== ''))];
  if (names.length === 0) throw new GatewayError('body_malformed', `a ${type} does not say whom it is about`);
  const at = numberAt(payload, 'timeStamp') ?? numberAt(payload, 'TimeStamp') ?? numberAt(payload, 'EventTime');
  // The same event tells the same, whichever way and however often it comes.
  const told = textAt(payload, 'eventId') || hash('sha256', JSON.stringify(payload), 'base64url');
  return names.map((name): InboundEvent => {
    const change: DirectoryChange = isMember
      ? { of: 'member', left: type === 'user_leave_org' }
      : { of: 'department', department: name, gone: type === 'org_dept_remove' };
    return {
      kind: 'directory',
      key: id(JSON.stringify(['contact', type, name, told])),
      at: at ?? context.now,
      from: isMember ? { account: id(name), ids: { staff_id: name } } : { account: id(''), ids: {} },
      to: { channel: context.channel, kind: 'direct', chat: id(name) },
      change,
    };
  });
}
