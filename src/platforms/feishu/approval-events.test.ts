import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/fixtures/feishu/load.ts';
import { type ChannelName, id } from '../../core/ids.ts';
import type { Json } from '../../lib/read.ts';
import { parseApproval } from './approval-events.ts';
import { openEnvelope } from './events.ts';

const CONTEXT = { channel: id<ChannelName>('feishu'), self: {}, now: 1 };
const AT = 1_700_000_000_123;

const first = (more: Json, type = 'approval_instance') =>
  openEnvelope({
    ...fixture('approval-v1'),
    event: { ...(fixture('approval-v1')['event'] as object), type, operate_time: String(AT), ...more },
  });
const second = (more: Json, kind: 'instance' | 'task' = 'instance') =>
  openEnvelope({
    schema: '2.0',
    header: {
      event_id: 'ev-9',
      event_type: `approval.${kind}.status_changed_v4`,
      create_time: String(AT),
      token: 'vt',
    },
    event: { approval_code: 'AC1', instance_code: 'IC1', operate_time: String(AT), ...more },
  });
const changeOf = (envelope: ReturnType<typeof openEnvelope>) => {
  const event = parseApproval(envelope, CONTEXT);
  return event.kind === 'approval' ? event.change : event;
};

describe('an event about an approval', () => {
  it('says which it is and when it came to that, in seconds or in milliseconds', () => {
    expect(parseApproval(openEnvelope(fixture('approval-v1')), CONTEXT)).toMatchObject({
      kind: 'approval',
      at: 1_700_000_000_000,
      instance: 'IC1',
      template: 'AC1',
      to: { channel: 'feishu', kind: 'direct' },
      change: { of: 'instance', state: 'running' },
    });
    expect(parseApproval(first({ status: 'APPROVED' }), CONTEXT)).toMatchObject({ at: AT });
  });

  it.each([
    ['PENDING', 'running'],
    ['APPROVED', 'approved'],
    ['REJECTED', 'refused'],
    ['CANCELED', 'canceled'],
    ['REVERTED', 'canceled'],
    ['DELETED', 'terminated'],
    ['OVERTIME_CLOSE', 'terminated'],
    ['OVERTIME_RECOVER', 'running'],
  ])('that says %s is read as %s, in both of its forms', (status, state) => {
    expect(changeOf(first({ status }))).toEqual({ of: 'instance', state });
    expect(changeOf(second({ status }))).toEqual({ of: 'instance', state });
  });

  it('of a task names whose it is', () => {
    const old = first({ status: 'APPROVED', task_id: '7', open_id: 'ou_boss' }, 'approval_task');
    const young = second({ status: 'APPROVED', task_id: '7', assigned_user: { open_id: 'ou_boss' } }, 'task');
    for (const envelope of [old, young]) {
      const event = parseApproval(envelope, CONTEXT);
      expect(event).toMatchObject({ from: { account: 'ou_boss' }, change: { of: 'task', outcome: 'approved' } });
    }
  });

  it('has one key in both of its forms, and another for everything else that happens', () => {
    const keyOf = (envelope: ReturnType<typeof openEnvelope>) => {
      const event = parseApproval(envelope, CONTEXT);
      return event.kind === 'ignored' ? undefined : event.key;
    };
    expect(keyOf(first({ status: 'APPROVED' }))).toBe(keyOf(second({ status: 'APPROVED' })));
    const keys = [
      keyOf(first({ status: 'APPROVED' })),
      keyOf(first({ status: 'PENDING' })),
      keyOf(first({ status: 'APPROVED', instance_code: 'IC2' })),
      keyOf(first({ status: 'APPROVED', operate_time: String(AT + 1) })),
      keyOf(first({ status: 'APPROVED', task_id: '7' }, 'approval_task')),
    ];
    expect(new Set(keys).size).toBe(5);
  });

  it('of a status nobody knows yet is ignored, and one about nothing refused', () => {
    expect(changeOf(first({ status: 'SLEEPING' }))).toMatchObject({ kind: 'ignored', why: 'unknown-type' });
    expect(() => parseApproval(first({ instance_code: '' }), CONTEXT)).toThrow(
      expect.objectContaining({ code: 'body_malformed' }),
    );
  });
});
