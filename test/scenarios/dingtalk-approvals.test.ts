import { afterEach, describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approvals.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import { DINGTALK_EVENTS, DINGTALK_TEMPLATE } from '../support/dingtalk-approvals.ts';
import {
  type DingtalkGateway,
  type DingtalkGatewayOptions,
  startDingtalkGateway,
} from '../support/dingtalk-gateway.ts';

const SIGNAL = new AbortController().signal;
const CHANNEL = id<ChannelName>('dingtalk');

let gateway: DingtalkGateway;
let told: Approval[] = [];
afterEach(() => gateway.close());

const open = async (options: DingtalkGatewayOptions = {}): Promise<void> => {
  told = [];
  const decided = async (approval: Approval): Promise<void> => void told.push(approval);
  const purposes = [{ name: 'access-request', decided }];
  gateway = await startDingtalkGateway({ ...options, purposes, dingtalk: { approvals: [DINGTALK_TEMPLATE] } });
};
const start = (key = 'lin wants reader'): Promise<Approval> =>
  gateway.pipeline.approvals.start(
    {
      purpose: 'access-request',
      key,
      subject: { role: 'reader' },
      channel: CHANNEL,
      template: id(DINGTALK_TEMPLATE.processCode),
      values: { Reason: 'to read' },
      by: id(gateway.sim.dingtalk.userId('lin')),
    },
    SIGNAL,
  );
const decide = ({ instance }: Approval): void =>
  gateway.sim.dingtalk.decide('wang', instance ?? '', 'agree', 'go ahead');
const whole = expect.objectContaining({
  state: 'approved',
  subject: { role: 'reader' },
  decisions: [expect.objectContaining({ by: 'wang.min', remark: 'go ahead' })],
}) as Approval;

describe('an approval at DingTalk', () => {
  it('is told to whoever asked, once, when somebody decides in her client', async () => {
    await open();
    decide(await start());
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([whole]);
    await gateway.quiet();
    expect(told).toHaveLength(1);
    // Another program's approval is nothing to us, and no harm.
    const data = {
      processInstanceId: 'pi-other',
      processCode: 'PROC-X',
      type: 'finish',
      result: 'agree',
      staffId: 'x',
    };
    await gateway.sim.dingtalk.event('bpms_instance_change', data);
    // Delivered again and again, which need not be waited for.
    void gateway.sim.dingtalk.event('bpms_instance_change', { nonsense: true });
    await expect.poll(() => gateway.log, { timeout: 10_000 }).toContain('delivery not accepted body_malformed');
    decide(await start('again'));
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(2);
    expect(await gateway.store.upkeep.deadLetters(10)).toEqual([]);
  });

  it('is told once also when the process dies between the decision’s acknowledgement and its handling', async () => {
    await open();
    const approval = await start();
    await gateway.quiet();
    // Nothing works off what is stored from here on, as if the process had been killed right after the acknowledgement.
    await gateway.pipeline.stop(0);
    decide(approval);
    await expect
      .poll(async () => (await gateway.store.upkeep.depth()).inboxWaiting, { timeout: 10_000 })
      .toBeGreaterThan(1);
    await gateway.crash();
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([whole]);
    await gateway.quiet();
    expect(told).toHaveLength(1);
  });

  it('is told by encrypted events over HTTP as well, and by none that somebody has changed', async () => {
    const { token: eventToken, aesKey: eventAesKey } = DINGTALK_EVENTS;
    await open({ events: DINGTALK_EVENTS, config: { eventToken, eventAesKey } });
    const { app } = gateway;
    const approval = await start();
    const { url } = app.events ?? { url: '' };
    const forged = await fetch(`${url}?msg_signature=${'0'.repeat(40)}&timestamp=${Date.now()}&nonce=n`, {
      method: 'POST',
      body: JSON.stringify({ encrypt: 'AAAA' }),
    });
    expect(forged.status).toBe(401);
    decide(approval);
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([whole]);
  });
});
