import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Approval, ApprovalState } from '../../src/core/approvals.ts';
import { GatewayError } from '../../src/core/errors.ts';
import type { StorableEvent } from '../../src/core/event.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { type ApprovalOutcome, noMetrics } from '../../src/core/metrics.ts';
import type { ApprovalWish } from '../../src/pipeline/approvals/desk.ts';
import { lookAfterApprovals } from '../../src/pipeline/approvals/watch.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { movedClock } from '../support/moved-clock.ts';
import { PAPER_TEMPLATE } from '../support/paper-approvals.ts';

const CHANNEL = id<ChannelName>('paper');
const SIGNAL = new AbortController().signal;
const NOON = 1_800_000_000_000;

let gateway: TestGateway;
let told: Approval[];
let outcomes: ApprovalOutcome[];
let retries: number;
/** What the purpose does beside noting that it was called. */
let decided: (approval: Approval) => void | Promise<void>;

const options = (): TestGatewayOptions => ({
  purposes: [
    {
      name: 'access-request',
      async decided(approval) {
        await decided(approval);
        told.push(approval);
      },
    },
  ],
  metrics: {
    ...noMetrics,
    approval: (_, outcome) => void outcomes.push(outcome),
    retried: () => void (retries += 1),
  },
});

beforeEach(async () => {
  told = [];
  outcomes = [];
  retries = 0;
  decided = () => undefined;
  gateway = await startGateway(options());
});
afterEach(() => gateway.close());

const wish = (more: Partial<ApprovalWish> = {}): ApprovalWish => ({
  purpose: 'access-request',
  key: 'lin wants reader',
  subject: { role: 'reader' },
  channel: CHANNEL,
  template: PAPER_TEMPLATE.code,
  values: { Reason: 'work' },
  by: id('lin'),
  ...more,
});
const start = (more: Partial<ApprovalWish> = {}) => gateway.pipeline.approvals.start(wish(more), SIGNAL);
const paper = () => gateway.platform.approvals;
const stands = (state: ApprovalState, instance = 'pi-1'): void => {
  const decisions = [{ by: id<Approval['by']>('zhao'), decision: 'approved', at: NOON, remark: 'ok' } as const];
  paper().readings.set(instance, { state, decisions: state === 'approved' ? decisions : [], waitingFor: [] });
};
const event = (
  state: ApprovalState,
  at: number,
  instance = 'pi-1',
  key = `${instance}:${state}:${at}`,
): StorableEvent => ({
  kind: 'approval',
  key: id(key),
  at,
  from: { account: id('lin'), ids: {} },
  to: { channel: CHANNEL, kind: 'direct', chat: id('lin') },
  instance: id(instance),
  template: PAPER_TEMPLATE.code,
  change: { of: 'instance', state },
});
const hear = async (...events: readonly StorableEvent[]): Promise<void> => {
  for (const one of events) await gateway.deliver(one);
  await gateway.quiet();
};

describe('asking for an approval', () => {
  it('starts it with the form, and answers the same one to the same key', async () => {
    const first = await start();
    expect(first).toMatchObject({ state: 'running', instance: 'pi-1', subject: { role: 'reader' } });
    expect(await start()).toEqual(first);
    expect(paper().started).toMatchObject([{ by: 'lin', form: [{ value: { text: 'work' } }], key: first.id }]);
    await start({ key: 'another' });
    expect(paper().started).toHaveLength(2);
  });

  it('refuses what does not fit before the vendor is asked, and leaves nothing behind', async () => {
    await expect(start({ values: { Reazon: 'x' } })).rejects.toMatchObject({ code: 'approval_form_invalid' });
    await expect(start({ template: id('T-0') })).rejects.toMatchObject({ code: 'approval_template_unknown' });
    await expect(start({ channel: id('nowhere') })).rejects.toMatchObject({ code: 'channel_unknown' });
    expect(paper().started).toEqual([]);
    expect(await gateway.store.approvals.list(10)).toEqual([]);
  });

  it('shows whoever decides no personal data', async () => {
    await start({ values: { Reason: '请联系 13812345678' } });
    expect(JSON.stringify(paper().started[0]?.form)).not.toContain('13812345678');
    expect(paper().started[0]?.form[0]?.value).toMatchObject({ text: expect.stringContaining('请联系') as string });
  });

  it('finds the one again whose answer was lost, instead of starting a second', async () => {
    paper().afterStart = () => {
      throw new GatewayError('platform_unavailable', 'timeout');
    };
    await expect(start()).rejects.toMatchObject({ code: 'platform_unavailable' });
    paper().afterStart = () => undefined;
    expect(await start()).toMatchObject({ instance: 'pi-1', state: 'running' });
    expect(paper().started).toHaveLength(1);
  });

  it('stays in doubt while it cannot be looked for', async () => {
    paper().afterStart = () => {
      throw new GatewayError('platform_unavailable', 'timeout');
    };
    await expect(start()).rejects.toThrow();
    paper().afterStart = () => undefined;
    paper().before = (call) => {
      if (call === 'find') throw new GatewayError('platform_forbidden', 'no right to list');
    };
    await expect(start()).rejects.toMatchObject({ code: 'platform_forbidden' });
    paper().before = () => undefined;
    expect(await start()).toMatchObject({ instance: 'pi-1' });
    expect(paper().started).toHaveLength(1);
  });

  it('takes one for itself that looks alike only when nobody else has it', async () => {
    await start({ key: 'the same words by somebody else' });
    paper().before = (call) => {
      if (call === 'start') throw new GatewayError('platform_unavailable', 'down');
    };
    await expect(start()).rejects.toThrow();
    paper().before = () => undefined;
    expect(await start()).toMatchObject({ instance: 'pi-2' });
  });

  it('finds it again after the process died between the vendor’s yes and the note of it', async () => {
    let died = false;
    paper().afterStart = async () => {
      died = true;
      await gateway.store.close();
    };
    await expect(start()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(died).toBe(true);
    paper().afterStart = () => undefined;
    await gateway.crash();
    // Whoever died over it held it; the next may have it when its time is over.
    await expect(start()).rejects.toMatchObject({ code: 'approval_pending' });
    await gateway.store.approvals.notStarted((await gateway.store.approvals.list(1))[0]?.id ?? id(''), undefined);
    expect(await start()).toMatchObject({ instance: 'pi-1' });
    expect(paper().started).toHaveLength(1);
  });

  it('is not started any more by a process that stood still until somebody else may have taken it over', async () => {
    const clock = movedClock();
    await gateway.close();
    gateway = await startGateway({ ...options(), clock });
    paper().before = (call) => (call === 'start' ? clock.moveOn(3 * 60_000) : undefined);
    await expect(start()).rejects.toMatchObject({ code: 'platform_unavailable' });
    expect(paper().started).toEqual([]);
    paper().before = () => undefined;
    expect(await start()).toMatchObject({ instance: 'pi-1' });
  });

  it('says no for good once, and may be asked again with what was missing', async () => {
    paper().before = (call) => {
      if (call === 'start') throw new GatewayError('approval_form_invalid', 'too long');
    };
    await expect(start()).rejects.toMatchObject({ code: 'approval_form_invalid' });
    expect(await gateway.store.approvals.list(1)).toMatchObject([{ state: 'failed', code: 'approval_form_invalid' }]);
    paper().before = () => undefined;
    expect(await start()).toMatchObject({ state: 'running' });
    expect(outcomes).toEqual(['start-failed', 'started']);
  });

  it('is taken back in the name of whoever asked', async () => {
    const { id: mine } = await start();
    await gateway.pipeline.approvals.cancel(mine, 'no longer needed', SIGNAL);
    expect(paper().canceled).toEqual(['pi-1']);
    await expect(gateway.pipeline.approvals.cancel(id('a0'), '', SIGNAL)).rejects.toMatchObject({
      code: 'approval_unknown',
    });
  });
});

describe('the end of an approval', () => {
  it('is told to whoever asked, with who decided, once however often it comes', async () => {
    await start();
    stands('approved');
    await hear(event('running', NOON), event('approved', NOON + 1), event('approved', NOON + 1));
    await hear(event('approved', NOON + 1, 'pi-1', 'the same under another key'));
    expect(told).toMatchObject([
      { state: 'approved', subject: { role: 'reader' }, decisions: [{ by: 'zhao', remark: 'ok' }] },
    ]);
    expect(outcomes).toEqual(['started', 'running', 'decided', 'stale']);
  });

  it('is told again until whoever asked has taken it', async () => {
    await start();
    stands('refused');
    let failures = 2;
    decided = () => {
      failures -= 1;
      if (failures >= 0) throw new GatewayError('platform_unavailable', 'not now');
    };
    await hear(event('refused', NOON));
    expect(told).toMatchObject([{ state: 'refused' }]);
    expect(await gateway.store.approvals.list(1)).toMatchObject([{ handled: true }]);
  });

  it('does not go back when an older event comes later', async () => {
    await start();
    stands('canceled');
    let reads = 0;
    paper().before = (call) => void (reads += call === 'read' ? 1 : 0);
    await hear(event('canceled', NOON + 2), event('approved', NOON + 1), event('running', NOON));
    expect(reads).toBe(1);
    expect(told.map(({ state }) => state)).toEqual(['canceled']);
    expect(outcomes).toEqual(['started', 'decided', 'stale', 'stale']);
  });

  it('is told a second time when what was approved is taken back', async () => {
    await start();
    stands('approved');
    await hear(event('approved', NOON));
    stands('canceled');
    await hear(event('canceled', NOON + 1));
    expect(told.map(({ state }) => state)).toEqual(['approved', 'canceled']);
  });

  it('is what the vendor says now, whatever an event says', async () => {
    await start();
    stands('canceled');
    await hear(event('approved', NOON));
    expect(told.map(({ state }) => state)).toEqual(['canceled']);
  });

  it('is what the event says where the vendor refuses to tell, and is asked for again where it cannot', async () => {
    await start();
    paper().readings.clear();
    await hear(event('approved', NOON));
    expect(told).toMatchObject([{ state: 'approved', decisions: [] }]);
    await start({ key: 'second' });
    stands('refused', 'pi-2');
    let failures = 1;
    paper().before = () => {
      failures -= 1;
      if (failures >= 0) throw new GatewayError('platform_unavailable', 'not now');
    };
    await hear(event('refused', NOON, 'pi-2'));
    expect(told.at(-1)).toMatchObject({ state: 'refused', instance: 'pi-2' });
  });

  it('is found without the vendor’s event, when nothing was heard for a while', async () => {
    await gateway.close();
    const clock = movedClock();
    gateway = await startGateway({ ...options(), clock });
    await start();
    stands('refused');
    await start({ key: 'second' });
    const platforms = new Map([[CHANNEL, gateway.platform]]);
    const parts = { store: gateway.store, platforms, clock, log: noLog, wake: gateway.pipeline.wake };
    await lookAfterApprovals(parts, SIGNAL);
    expect(told).toEqual([]);
    clock.moveOn(2 * 3_600_000);
    for (let looks = 0; looks < 2; looks += 1) await lookAfterApprovals(parts, SIGNAL);
    await gateway.quiet();
    expect(told).toMatchObject([{ state: 'refused', instance: 'pi-1' }]);
    await hear(event('refused', clock.now()));
    expect(told).toHaveLength(1);
  });

  it('is looked for by one of several processes, and by the next when that one has been silent', async () => {
    await gateway.close();
    const clock = movedClock();
    gateway = await startGateway({ ...options(), clock });
    await start();
    let readings = 0;
    paper().before = () => {
      readings += 1;
    };
    const platforms = new Map([[CHANNEL, gateway.platform]]);
    const parts = { store: gateway.store, platforms, clock, log: noLog, wake: gateway.pipeline.wake };
    const hours = (many: number) => many * 3_600_000;
    clock.moveOn(hours(2));
    await Promise.all([1, 2].map(() => lookAfterApprovals(parts, SIGNAL, hours(6))));
    expect(readings).toBe(1);
    clock.moveOn(hours(5));
    await lookAfterApprovals(parts, SIGNAL, hours(6));
    expect(readings).toBe(1);
    clock.moveOn(hours(2));
    await lookAfterApprovals(parts, SIGNAL, hours(6));
    expect(readings).toBe(2);
  });

  it('of somebody else’s approval is counted, and nobody dies of it', async () => {
    await hear(event('approved', NOON, 'pi-of-another'));
    expect(outcomes).toEqual(['foreign']);
    expect(await gateway.store.upkeep.deadLetters(10)).toEqual([]);
  });

  it('that comes before the start was answered waits for it', async () => {
    paper().afterStart = async () => {
      stands('approved');
      await gateway.deliver(event('approved', NOON));
      await expect.poll(() => retries).toBeGreaterThan(0);
    };
    await start();
    await gateway.quiet();
    expect(told).toMatchObject([{ state: 'approved' }]);
  });

  it('for something that is no longer there waits among the dead letters', async () => {
    await expect(start({ purpose: 'gone' })).rejects.toMatchObject({ code: 'approval_purpose_unknown' });
    const { values: _, key, ...gone } = wish({ purpose: 'gone' });
    const now = Date.now();
    await gateway.store.approvals.begin({ id: id(key), ...gone }, now, now);
    await gateway.store.approvals.started(id(key), id('pi-1'));
    stands('approved');
    await hear(event('approved', NOON));
    expect(await gateway.store.upkeep.deadLetters(10)).toMatchObject([{ code: 'approval_purpose_unknown' }]);
  });

  it.each([
    ['before it was claimed', 'stored'],
    ['while it was being told', 'telling'],
  ])('survives the process’s death %s', async (_, when) => {
    await start();
    stands('approved');
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      decided = () => {
        resolve();
        return new Promise((_done, fail) => {
          release = () => fail(new GatewayError('store_unavailable', 'the process is gone'));
        });
      };
    });
    if (when === 'stored') await gateway.pipeline.stop(0);
    await gateway.deliver(event('approved', NOON));
    if (when === 'telling') await reached;
    const crashed = gateway.crash();
    release();
    decided = () => undefined;
    await crashed;
    await gateway.quiet();
    expect(told.map(({ state }) => state)).toEqual(['approved']);
  });
});
