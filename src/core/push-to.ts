import { id } from './ids.ts';
import type { PushTo, ReceiverKind } from './push.ts';

/**
 * Receivers as an operator writes them: `robot:ops`, `person:p-…`, `feishu:user:ou_…`, `dingtalk:chat:cid…`, `wecom:department:2`,
 * `wecom:all`.
 *
 * @returns Undefined for what says nothing of the kind.
 */
export function parsePushTo(text: string): PushTo | undefined {
  const [first = '', second = '', ...rest] = text.trim().split(':');
  const name = rest.join(':');
  if (first === '' || second === '') return undefined;
  if (rest.length === 0) {
    if (first === 'robot') return { kind: 'robot', channel: id(second), id: '' };
    if (first === 'person') return { kind: 'person', person: id(second) };
    return second === 'all' ? { kind: 'everyone', channel: id(first), id: '' } : undefined;
  }
  return isNamed(second) && name !== '' ? { kind: second, channel: id(first), id: name } : undefined;
}

function isNamed(kind: string): kind is Extract<ReceiverKind, 'user' | 'chat' | 'department'> {
  return kind === 'user' || kind === 'chat' || kind === 'department';
}
