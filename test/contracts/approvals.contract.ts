import { afterEach, beforeEach, describe, expect, it as test } from 'vitest';
import { fillForm } from '../../src/core/approval-form.ts';
import type { ApprovalPort, ApprovalTemplate, FormEntry, FormValues, StartApproval } from '../../src/core/approvals.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery, InboundEvent } from '../../src/core/event.ts';
import { type AccountId, type ApprovalInstance, id, type TemplateCode } from '../../src/core/ids.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Skips } from './platform.contract.ts';

export type ApprovalEvent = Extract<InboundEvent, { kind: 'approval' }>;

/** Approvals of one platform, with a far side that behaves as the vendor does. */
export interface ApprovalCase {
  readonly platform: Platform;
  readonly port: ApprovalPort;
  /** Where the far side is reached, its control too. */
  readonly simUrl: string;
  /** A template that `decider` decides alone, with one field of each kind that the vendor has. */
  readonly template: TemplateCode;
  readonly asker: AccountId;
  readonly decider: AccountId;
  /** What fits it. */
  readonly values: FormValues;
  /** Its fields as they should be read: kind by label. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Spoils an entry so that only the vendor can see it. */
  spoil(form: readonly FormEntry[]): readonly FormEntry[];
  /** What people do in their clients. */
  decide(instance: ApprovalInstance, approve: boolean, remark: string): void;
  withdraw(instance: ApprovalInstance): void;
  /** Everything that was delivered, as it came; the adapter has read it. */
  readonly deliveries: readonly Delivery[];
  readonly events: readonly InboundEvent[];
  /** When deliveries are looked at, in epoch milliseconds. */
  now(): number;
  /** Lets time pass at the vendor. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** What approvals do the same at every vendor. */
export function approvalsContract(name: string, start: () => Promise<ApprovalCase>, skips: Skips = {}): void {
  const it = (title: string, run: () => void | Promise<void>): void => {
    const reason = skips[title];
    if (reason === undefined) test(title, run);
    else test.skip(`${title} (not here: ${reason})`, run);
  };

  describe(`approvals of ${name}`, () => {
    const signal = new AbortController().signal;
    let far: ApprovalCase;
    let port: ApprovalPort;
    beforeEach(async () => {
      far = await start();
      ({ port } = far);
    });
    afterEach(() => far.close());

    let template: ApprovalTemplate | undefined;
    const form = async (values = far.values): Promise<readonly FormEntry[]> => {
      template = await port.template(far.template, signal);
      return fillForm(template, values);
    };
    const request = async (more: Partial<StartApproval> = {}): Promise<StartApproval> => ({
      template: far.template,
      form: await form(),
      by: far.asker,
      key: 'a-contract-1',
      ...more,
    });
    const begin = async (more: Partial<StartApproval> = {}): Promise<ApprovalInstance> =>
      port.start(await request(more), signal);
    const told = (instance: ApprovalInstance): readonly ApprovalEvent[] =>
      far.events.filter((event) => event.kind === 'approval').filter((event) => event.instance === instance);
    const states = (instance: ApprovalInstance): readonly string[] =>
      told(instance).flatMap(({ change }) => (change.of === 'instance' ? [change.state] : []));
    const code = (expected: string): unknown => expect.objectContaining({ code: expected });

    describe('templates', () => {
      it('are listed with their names', async () => {
        const listed = await port.templates(far.asker, signal);
        expect(listed.find((one) => one.code === far.template)?.name).not.toBe('');
        expect(listed.map((one) => one.code)).toContain(far.template);
      });

      it('have their fields in our words', async () => {
        const { fields, name: title } = await port.template(far.template, signal);
        expect(title).not.toBe('');
        expect(Object.fromEntries(fields.map((field) => [field.label, field.kind]))).toEqual(far.kinds);
        expect(fields.some(({ required }) => required)).toBe(true);
        expect(new Set(fields.map((field) => field.id)).size).toBe(fields.length);
      });

      it('that are not there have a code', async () => {
        await expect(port.template(id('T-of-nobody'), signal)).rejects.toThrow(code('approval_template_unknown'));
        const entry = await request({ template: id('T-of-nobody') });
        await expect(port.start(entry, signal)).rejects.toThrow(code('approval_template_unknown'));
      });
    });

    describe('starting one', () => {
      it('has it running, waiting for whoever decides', async () => {
        const instance = await begin();
        expect(await port.read(instance, signal)).toEqual({
          state: 'running',
          decisions: [],
          waitingFor: [far.decider],
        });
      });

      it('twice under one key leaves one, or one that is found again', async () => {
        const first = await begin();
        if (!port.find) {
          expect(await begin()).toBe(first);
          return;
        }
        const since = far.now() - 60_000;
        expect(await port.find(await request(), since, signal)).toEqual([first]);
        const [entry] = await form();
        if (entry?.value.kind !== 'text') throw new Error('the first field is to be a text');
        const other = [{ ...entry, value: { kind: 'text', text: 'something else' } as const }];
        expect(await port.find(await request({ form: other }), since, signal)).toEqual([]);
        expect(await port.find(await request({ by: far.decider }), since, signal)).toEqual([]);
      });

      it('by people who are named waits for them', async () => {
        const instance = await begin({ approvers: [{ who: 'any', accounts: [far.decider] }] });
        expect((await port.read(instance, signal)).waitingFor).toEqual([far.decider]);
      });

      it('with a value that the vendor does not take has a code', async () => {
        const spoilt = far.spoil(await form());
        await expect(port.start(await request({ form: spoilt }), signal)).rejects.toThrow(
          code('approval_form_invalid'),
        );
      });

      it('in the name of nobody has a code', async () => {
        await expect(port.start(await request({ by: id('nobody-of-ours') }), signal)).rejects.toBeInstanceOf(
          GatewayError,
        );
      });
    });

    describe('its end', () => {
      it('is told and read when somebody agrees, with her words', async () => {
        const instance = await begin();
        far.decide(instance, true, 'go ahead');
        await expect.poll(() => states(instance)).toContain('approved');
        const reading = await port.read(instance, signal);
        expect(reading).toMatchObject({
          state: 'approved',
          waitingFor: [],
          decisions: [{ by: far.decider, decision: 'approved', remark: 'go ahead' }],
        });
        expect(Math.abs((reading.decisions[0]?.at ?? 0) - far.now())).toBeLessThan(120_000);
      });

      it('is told and read when somebody refuses', async () => {
        const instance = await begin();
        far.decide(instance, false, 'too much');
        await expect.poll(() => states(instance)).toContain('refused');
        expect(await port.read(instance, signal)).toMatchObject({
          state: 'refused',
          decisions: [{ by: far.decider, decision: 'refused', remark: 'too much' }],
        });
      });

      it('is told and read when whoever asked takes it back', async () => {
        const instance = await begin();
        far.pass(20_000);
        far.withdraw(instance);
        await expect.poll(() => states(instance).at(-1)).toMatch(/canceled|terminated/);
        expect(await port.read(instance, signal)).toMatchObject({ state: 'canceled', waitingFor: [] });
      });

      it('comes through the API in the name of whoever decides, once', async () => {
        const instance = await begin();
        await port.decide?.({ instance, by: far.decider, approve: true, remark: 'fine' }, signal);
        expect(await port.read(instance, signal)).toMatchObject({
          state: 'approved',
          decisions: [{ by: far.decider, decision: 'approved', remark: 'fine' }],
        });
        const again = port.decide?.({ instance, by: far.decider, approve: false }, signal);
        await expect(again).rejects.toThrow(code('approval_closed'));
      });

      it('comes through the API for nobody who has nothing to decide', async () => {
        const instance = await begin();
        const wrong = port.decide?.({ instance, by: far.asker, approve: true }, signal);
        await expect(wrong).rejects.toThrow(code('approval_closed'));
        expect(await port.read(instance, signal)).toMatchObject({ state: 'running' });
      });

      it('comes through the API when it is taken back', async () => {
        const instance = await begin();
        far.pass(20_000);
        await port.cancel?.({ instance, by: far.asker, remark: 'no longer' }, signal);
        expect(await port.read(instance, signal)).toMatchObject({ state: 'canceled' });
        const again = port.cancel?.({ instance, by: far.asker }, signal);
        await expect(again).rejects.toThrow(code('approval_closed'));
      });

      it('comes through the API over everybody’s head', async () => {
        const instance = await begin();
        far.pass(20_000);
        await port.terminate?.({ instance, by: far.asker, remark: 'stop' }, signal);
        expect(await port.read(instance, signal)).toMatchObject({ state: 'terminated' });
      });

      it('of one that is not there has a code', async () => {
        await expect(port.read(id('pi-of-nobody'), signal)).rejects.toThrow(code('approval_unknown'));
      });
    });

    describe('its events', () => {
      it('say whose they are, and are told apart by keys that a redelivery shares', async () => {
        const instance = await begin();
        far.decide(instance, true, 'ok');
        await expect.poll(() => states(instance)).toContain('approved');
        const keys = told(instance).map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(told(instance).every((event) => event.template === far.template)).toBe(true);
        const read = far.deliveries.map((delivery) => far.platform.receive(delivery, far.now()));
        const again = read.flatMap((receipt) => (receipt.kind === 'events' ? receipt.events : []));
        expect(again.filter((event) => event.kind === 'approval').map(({ key }) => key)).toEqual(keys);
      });

      it('rise in time to their end', async () => {
        const instance = await begin();
        far.pass(2_000);
        far.decide(instance, true, 'ok');
        await expect.poll(() => states(instance)).toContain('approved');
        const ofInstance = told(instance).filter(({ change }) => change.of === 'instance');
        const times = ofInstance.toSorted((one, other) => one.at - other.at).map(({ change }) => change);
        expect(times.at(-1)).toMatchObject({ state: 'approved' });
        for (const { at } of ofInstance) expect(Math.abs(at - far.now())).toBeLessThan(120_000);
      });

      it('are refused when one byte was changed or they were signed by somebody else', async () => {
        const instance = await begin();
        await expect.poll(() => states(instance)).toContain('running');
        const [delivery] = far.deliveries;
        if (!delivery) throw new Error('nothing was delivered');
        const body = Buffer.from(delivery.body);
        const middle = Math.floor(body.length / 2);
        body[middle] = (body[middle] ?? 0) ^ 1;
        expect(() => far.platform.receive({ ...delivery, body }, far.now())).toThrow(GatewayError);
        const unsigned = { ...delivery, headers: {}, query: {} };
        expect(() => far.platform.receive(unsigned, far.now())).toThrow(GatewayError);
        expect(() => far.platform.receive(delivery, far.now() + 3_700_000)).toThrow(GatewayError);
      });
    });
  });
}
