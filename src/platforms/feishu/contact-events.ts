import { GatewayError } from '../../core/errors.ts';
import type { DirectoryChange, InboundEvent } from '../../core/event.ts';
import { id } from '../../core/ids.ts';
import { objectAt, textAt } from '../../lib/read.ts';
import { type Envelope, type EventContext, senderOf } from './events.ts';

const USER = /^contact\.user\.(?:created|updated|deleted)_v3$/;
const DEPARTMENT = /^contact\.department\.(?:created|updated|deleted)_v3$/;

export function isContactEvent(type: string): boolean {
  return USER.test(type) || DEPARTMENT.test(type);
}

/**
 * What the vendor tells of its contacts: members and departments.
 *
 * @throws {GatewayError} `body_malformed` without the one it is about.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/user/events/updated (and its neighbours)
 */
export function parseContact(envelope: Envelope, { channel, now }: EventContext): InboundEvent {
  const about = objectAt(envelope.event, 'object');
  const isUser = USER.test(envelope.type);
  const from = isUser ? senderOf(about, envelope) : { account: id<never>(''), ids: {} };
  const subject = isUser ? from.account : textAt(about, 'open_department_id');
  if (subject === '') throw new GatewayError('body_malformed', `a ${envelope.type} does not say whom it is about`);
  const gone = envelope.type.includes('.deleted_');
  const status = objectAt(about, 'status');
  const left = gone || ['is_resigned', 'is_exited', 'is_frozen'].some((name) => status[name] === true);
  const change: DirectoryChange = isUser
    ? { of: 'member', left }
    : { of: 'department', department: subject, gone: gone || status['is_deleted'] === true };
  return {
    kind: 'directory',
    key: id(envelope.eventId),
    at: envelope.at ?? now,
    from,
    to: { channel, kind: 'direct', chat: id(subject) },
    change,
  };
}
