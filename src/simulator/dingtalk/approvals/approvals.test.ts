import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, type Json, listAt, objectAt } from '../../../lib/read.ts';
import { type Answered, startDingtalk, type TestDingtalk } from '../test-vendor.ts';

const PATH = '/v1.0/workflow/processInstances';

let vendor: TestDingtalk;

beforeEach(async () => {
  vendor = await startDingtalk({
    approvals: [
      {
        processCode: 'PROC-SIM-1',
        name: 'Purchase',
        fields: [{ label: 'Reason', componentType: 'TextField', required: true }],
        approvers: ['wang.min'],
      },
    ],
  });
});

afterEach(() => vendor.close());

const start = (over: Json = {}): Promise<Answered> =>
  vendor.call('POST', PATH, {
    originatorUserId: 'lin.xiao',
    processCode: 'PROC-SIM-1',
    deptId: -1,
    formComponentValues: [{ name: 'Reason', value: 'trip' }],
    ...over,
  });
const read = async (id: unknown): Promise<Json> =>
  objectAt((await vendor.call('GET', `${PATH}?processInstanceId=${String(id)}`)).body, 'result');
const execute = async (id: unknown, actionerUserId: string, result = 'agree'): Promise<Answered> => {
  const tasks = listAt(await read(id), 'tasks').map((one) => asObject(one) ?? {});
  const taskId = tasks.find((task) => task['userId'] === actionerUserId && task['status'] === 'RUNNING')?.['taskId'];
  return vendor.call('POST', `${PATH}/execute`, { processInstanceId: id, taskId: taskId ?? 1, actionerUserId, result });
};

describe('an approval', () => {
  it('by one person tells four events in their order', async () => {
    const line = await vendor.connect();
    const { body } = await start();
    expect((await execute(body['instanceId'], 'wang.min')).body).toEqual({ success: true, result: true });
    const events = [await line.next(), await line.next(), await line.next(), await line.next()].map((frame) => {
      const { type, result, staffId } = JSON.parse(frame.data) as Json;
      return [frame.headers['eventType'], type, result, staffId];
    });
    expect(events).toEqual([
      ['bpms_instance_change', 'start', undefined, 'lin.xiao'],
      ['bpms_task_change', 'start', undefined, 'wang.min'],
      ['bpms_task_change', 'finish', 'agree', 'wang.min'],
      ['bpms_instance_change', 'finish', 'agree', 'lin.xiao'],
    ]);
    expect(await read(body['instanceId'])).toMatchObject({ status: 'COMPLETED', result: 'agree' });
    const again = await execute(body['instanceId'], 'wang.min');
    expect(again).toMatchObject({ status: 400, body: { code: 'aflowProcessInstStatusException' } });
  });

  it('by several waits for all, or for one, and ends with the first no', async () => {
    const approvers = [
      { actionType: 'OR', userIds: ['wang.min', 'chen.yu'] },
      { actionType: 'AND', userIds: ['wang.min', 'chen.yu'] },
    ];
    const id = (await start({ approvers })).body['instanceId'];
    await execute(id, 'chen.yu');
    await execute(id, 'wang.min');
    expect(await read(id)).toMatchObject({ status: 'RUNNING' });
    await execute(id, 'chen.yu', 'refuse');
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', result: 'refuse' });
  });

  it('is decided by a person in her client', async () => {
    const id = String((await start()).body['instanceId']);
    vendor.dingtalk.decide('wang', id, 'refuse', 'too much');
    expect(await read(id)).toMatchObject({ result: 'refuse', operationRecords: [{}, { remark: 'too much' }] });
    expect(() => vendor.dingtalk.decide('chen', id, 'agree')).toThrow('chen has nothing to decide');
  });

  it('stands on the page of whoever decides, with its buttons as long as it waits', async () => {
    const id = (await start()).body['instanceId'];
    const shown = () => vendor.sim.snapshot().messages.filter(({ chat }) => chat === 'approvals:wang');
    expect(shown()).toMatchObject([{ content: { card: { json: { state: 'waiting', text: 'Reason：trip' } } } }]);
    const press = { platform: 'dingtalk', person: 'wang', type: 'press', tag: 'button', value: 'agree' };
    await vendor.bare('POST', '/sim/actions', { ...press, message: shown()[0]?.id });
    expect(shown()).toMatchObject([{ content: { card: { json: { state: 'agree', buttons: [] } } } }]);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', result: 'agree' });
  });

  it('cannot be ended within fifteen seconds', async () => {
    const body = { processInstanceId: (await start()).body['instanceId'], isSystem: true, remark: 'no' };
    expect((await vendor.call('POST', `${PATH}/terminate`, body)).status).toBe(400);
    await vendor.clock.advance(15_000);
    expect((await vendor.call('POST', `${PATH}/terminate`, body)).status).toBe(200);
    expect(await read(body.processInstanceId)).toMatchObject({ status: 'TERMINATED' });
  });

  it('is refused with the word of its fault', async () => {
    const codeOf = async (over: Json): Promise<unknown> => (await start(over)).body['code'];
    expect(await codeOf({ processCode: 'PROC-0' })).toBe('processCodeError');
    expect(await codeOf({ originatorUserId: 'nobody' })).toBe('userNotExist');
    expect(await codeOf({ formComponentValues: [{ name: 'Reason', value: 1 }] })).toBe('formConverterError');
    expect(await codeOf({ formComponentValues: [{ name: 'Other', value: 'x' }] })).toBe('formConverterError');
    expect((await vendor.call('GET', `${PATH}?processInstanceId=x`)).body['code']).toBe('aflowProcessInstNotExist');
  });
});
