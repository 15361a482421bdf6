import { describe, expect, it } from 'vitest';
import { type ChannelName, id } from '../../core/ids.ts';
import type { Json } from '../../lib/read.ts';
import { parseApproval } from './approval-events.ts';

/** By the vendor's pages of the two events; ids made up. */
const INSTANCE = {
  processInstanceId: 'pi-sim-1',
  processCode: 'PROC-SIM-1',
  businessId: '202601020001',
  title: 'Purchase',
  type: 'finish',
  result: 'agree',
  staffId: 'user001',
  createTime: 1_767_225_600_000,
  finishTime: 1_767_225_660_000,
  url: 'https://aflow.dingtalk.com/x',
};
const TASK = { ...INSTANCE, taskId: 70_000_000_002, staffId: 'boss1', remark: 'fine' };
const CONTEXT = { channel: id<ChannelName>('dingtalk'), robotCodes: [], isOurs: () => false, now: 1 };

const parse = (type: string, payload: Json) => parseApproval(`bpms_${type}_change`, payload, CONTEXT);
const changeOf = (type: string, more: Json) => {
  const event = parse(type, { ...(type === 'task' ? TASK : INSTANCE), ...more });
  return event.kind === 'approval' ? event.change : event;
};

describe('an event about an approval', () => {
  it('says which it is, whose, and when it came to that', () => {
    expect(parse('instance', INSTANCE)).toMatchObject({
      kind: 'approval',
      at: INSTANCE.finishTime,
      instance: 'pi-sim-1',
      template: 'PROC-SIM-1',
      from: { account: 'user001' },
      to: { channel: 'dingtalk', kind: 'direct', chat: 'user001' },
      change: { of: 'instance', state: 'approved' },
    });
    const { finishTime: _, ...begun } = INSTANCE;
    expect(parse('instance', { ...begun, type: 'start' })).toMatchObject({ at: INSTANCE.createTime });
  });

  it.each<[string, Json, unknown]>([
    ['instance', { type: 'start', result: '' }, { of: 'instance', state: 'running' }],
    ['instance', { result: 'refuse' }, { of: 'instance', state: 'refused' }],
    ['instance', { type: 'terminate', result: '' }, { of: 'instance', state: 'terminated' }],
    ['instance', { type: 'delete', result: '' }, { of: 'instance', state: 'terminated' }],
    ['task', { type: 'start', remark: '' }, { of: 'task', outcome: 'waiting' }],
    ['task', {}, { of: 'task', outcome: 'approved', remark: 'fine' }],
    ['task', { result: 'redirect', remark: '' }, { of: 'task', outcome: 'handed-on' }],
    ['task', { type: 'cancel', remark: '' }, { of: 'task', outcome: 'canceled' }],
    ['instance', { type: 'something-new' }, { kind: 'ignored', why: 'unknown-type', what: 'bpms_instance_change' }],
  ])('of a %s with %o is read', (type, more, change) => {
    expect(changeOf(type, more)).toEqual(change);
  });

  it('has one key over both ways and however often it comes, and another for everything else that happens', () => {
    const keyOf = (type: string, payload: Json) => {
      const event = parse(type, payload);
      return event.kind === 'ignored' ? undefined : event.key;
    };
    const overHttp = { ...INSTANCE, EventType: 'bpms_instance_change', EventTime: 9, eventId: 'e-2', corpId: 'ding1' };
    expect(keyOf('instance', overHttp)).toBe(keyOf('instance', INSTANCE));
    const others = [
      keyOf('instance', { ...INSTANCE, type: 'start' }),
      keyOf('instance', { ...INSTANCE, processInstanceId: 'pi-sim-2' }),
      keyOf('task', TASK),
      keyOf('task', { ...TASK, taskId: 70_000_000_003 }),
      keyOf('task', { ...TASK, type: 'start' }),
    ];
    expect(new Set([...others, keyOf('instance', INSTANCE)]).size).toBe(6);
  });

  it('that was emptied because the month’s pushes are used up says so', () => {
    for (const errCode of [20001, '20001']) {
      expect(parse('instance', { errCode, errMsg: 'quota' })).toMatchObject({ kind: 'ignored', why: 'quota-gone' });
    }
  });

  it('about nothing is refused', () => {
    expect(() => parse('instance', { type: 'start' })).toThrow(expect.objectContaining({ code: 'body_malformed' }));
  });
});
