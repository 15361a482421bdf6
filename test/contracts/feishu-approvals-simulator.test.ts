import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillForm } from '../../src/core/approval-form.ts';
import type { StartApproval } from '../../src/core/approvals.ts';
import { id } from '../../src/core/ids.ts';
import { FeishuPlatform } from '../../src/platforms/feishu/adapter.ts';
import { feishuApprovals } from '../support/feishu-approvals.ts';
import { vendorDeps } from '../support/feishu-vendor.ts';

const SIGNAL = new AbortController().signal;

describe('approvals of Feishu, where they differ', () => {
  let far: Awaited<ReturnType<typeof feishuApprovals>>;
  beforeEach(async () => {
    far = await feishuApprovals();
  });
  afterEach(() => far.close());

  const request = async (more: Partial<StartApproval> = {}): Promise<StartApproval> => ({
    template: far.template,
    form: fillForm(await far.port.template(far.template, SIGNAL), { Reason: 'a trip' }),
    by: far.asker,
    key: 'a-1',
    ...more,
  });
  const states = () =>
    far.events.flatMap((event) =>
      event.kind === 'approval' && event.change.of === 'instance' ? [event.change.state] : [],
    );

  it('names who decides where the definition leaves it to whoever asks, and is refused where nobody is named', async () => {
    const template = id<typeof far.template>(far.chosen);
    await expect(far.port.start(await request({ template }), SIGNAL)).rejects.toMatchObject({
      code: 'approval_form_invalid',
    });
    const approvers = [{ who: 'all', accounts: [far.decider] }] as const;
    const instance = await far.port.start(await request({ template, approvers }), SIGNAL);
    expect((await far.port.read(instance, SIGNAL)).waitingFor).toEqual([far.decider]);
  });

  it('tells of an approval that is taken back after it was approved', async () => {
    const instance = await far.port.start(await request(), SIGNAL);
    far.decide(instance, true, 'ok');
    await expect.poll(states).toContain('approved');
    far.withdraw(instance);
    await expect.poll(states).toContain('canceled');
    expect(await far.port.read(instance, SIGNAL)).toMatchObject({ state: 'canceled' });
  });

  it('subscribes to a definition before it starts one, also where another process has done so', async () => {
    const told: string[] = [];
    const fresh = new FeishuPlatform(
      far.config,
      vendorDeps({ onCall: ({ api, code }) => void told.push(`${api} ${code}`) }),
    );
    await far.port.start(await request(), SIGNAL);
    await fresh.approvals.start(await request({ key: 'a-2' }), SIGNAL);
    await fresh.close();
    expect(far.calls().filter((api) => api === 'approval.subscribe')).toHaveLength(1);
    expect(told).toContain('approval.subscribe 1390007');
    expect(told).toContain('approval.start 0');
  });
});
