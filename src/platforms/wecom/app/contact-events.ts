import { hash } from 'node:crypto';
import { GatewayError } from '../../../core/errors.ts';
import type { DirectoryChange, InboundEvent, Sender } from '../../../core/event.ts';
import { id } from '../../../core/ids.ts';
import { type Json, numberAt, textAt } from '../../../lib/read.ts';
import type { EventContext } from './events.ts';

const EVENT = 'change_contact';
/** Shut out, and left (90196). */
const GONE: ReadonlySet<number> = new Set([2, 5]);

/** These come from nobody, to whichever app has asked for them. */
export function isContactChange(event: Json): boolean {
  return textAt(event, 'MsgType') === 'event' && textAt(event, 'Event') === EVENT;
}

/**
 * What the vendor tells of the company's contacts: members and departments. Whose name was changed is two accounts to us.
 *
 * @throws {GatewayError} `body_malformed` without the one it is about.
 * @see https://developer.work.weixin.qq.com/document/path/90970 (members), 90971 (departments)
 */
export function parseContactChange(event: Json, context: EventContext): readonly InboundEvent[] {
  const type = textAt(event, 'ChangeType');
  switch (type) {
    case 'create_user':
    case 'update_user':
    case 'delete_user': {
      const left = type === 'delete_user' || GONE.has(numberAt(event, 'Status') ?? 1);
      const [before, after] = [textAt(event, 'UserID'), textAt(event, 'NewUserID')];
      const names = after === '' ? [required(before, type)] : [required(before, type), after];
      return names.map((name) => happened(event, { of: 'member', left }, name, context));
    }
    case 'create_party':
    case 'update_party':
    case 'delete_party': {
      const department = required(textAt(event, 'Id'), type);
      return [happened(event, { of: 'department', department, gone: type === 'delete_party' }, '', context)];
    }
    default:
      return [{ kind: 'ignored', why: type === 'update_tag' ? 'not-subscribed' : 'unknown-type', what: EVENT }];
  }
}

function happened(
  event: Json,
  change: DirectoryChange,
  userId: string,
  { channel, corpId, now }: EventContext,
): InboundEvent {
  const account = userId.toLowerCase();
  const seconds = numberAt(event, 'CreateTime');
  const subject = change.of === 'member' ? account : change.department;
  // The vendor has no id of an event, and may change the same member twice within a second.
  const told = hash('sha256', JSON.stringify(event), 'base64url');
  return {
    kind: 'directory',
    key: id(JSON.stringify(['contact', change.of, subject, told])),
    at: seconds === undefined ? now : seconds * 1000,
    from: senderOf(account, corpId),
    to: { channel, kind: 'direct', chat: id(subject) },
    change,
  };
}

function senderOf(account: string, corpId: string): Sender {
  return { account: id(account), ids: account === '' ? {} : { userid: account, corp_id: corpId } };
}

function required(value: string, type: string): string {
  if (value === '') throw new GatewayError('body_malformed', `a ${type} does not say whom it is about`);
  return value;
}
