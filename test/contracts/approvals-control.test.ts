import { afterEach, describe, expect, it } from 'vitest';
import { fillForm } from '../../src/core/approval-form.ts';
import { SIM_PATHS, type SimApproval } from '../../src/simulator/contract.ts';
import { dingtalkApprovals } from '../support/dingtalk-approvals.ts';
import { feishuApprovals } from '../support/feishu-approvals.ts';
import { wecomApprovals } from '../support/wecom-approvals.ts';
import type { ApprovalCase } from './approvals.contract.ts';

const SIGNAL = new AbortController().signal;

let far: ApprovalCase;
afterEach(() => far.close());

describe.each([
  ['dingtalk', dingtalkApprovals],
  ['feishu', feishuApprovals],
  ['wecom', wecomApprovals],
] as const)('the control of approvals at %s', (platform, open) => {
  const shown = async (): Promise<readonly SimApproval[]> =>
    (await (await fetch(`${far.simUrl}${SIM_PATHS.approvals}?platform=${platform}`)).json()) as SimApproval[];
  const act = async (person: string, approval: string, what: string): Promise<number> => {
    const body = JSON.stringify({ platform, person, type: 'approval', approval, act: what, remark: 'so' });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(far.simUrl + SIM_PATHS.actions, { method: 'POST', headers, body })).status;
  };
  const start = async () => {
    const form = fillForm(await far.port.template(far.template, SIGNAL), far.values);
    return far.port.start({ template: far.template, form, by: far.asker, key: 'a-control' }, SIGNAL);
  };

  it('shows what waits for whom, and lets that person decide', async () => {
    far = await open();
    const id = await start();
    expect(await shown()).toMatchObject([{ platform, id, askedBy: 'lin', state: 'running', waitingFor: ['wang'] }]);
    expect((await shown())[0]?.fields[0]).toMatchObject({ label: 'Reason' });
    expect(await act('chen', id, 'approve')).toBe(400);
    expect(await act('wang', id, 'refuse')).toBe(200);
    expect(await shown()).toMatchObject([{ state: 'refused', waitingFor: [] }]);
    expect(await far.port.read(id, SIGNAL)).toMatchObject({ state: 'refused', decisions: [{ remark: 'so' }] });
  });

  it('lets whoever asked take it back, and nobody else', async () => {
    far = await open();
    const id = await start();
    expect(await act('wang', id, 'withdraw')).toBe(400);
    expect(await act('lin', id, 'withdraw')).toBe(200);
    expect(await shown()).toMatchObject([{ state: 'withdrawn' }]);
  });
});
