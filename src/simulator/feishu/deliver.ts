import { after } from '../clock.ts';
import type { DeliveryMark, Fault } from '../contract.ts';
import { faultsOfDeliveries } from '../faults.ts';
import type { FeishuApp } from './apps.ts';
import { envelope, type FeishuEvent, newEventId } from './events.ts';
import { forge } from './forge.ts';
import type { FeishuMessage } from './model.ts';
import { attempt, type Line, type TryResult } from './try-delivery.ts';

/** How the delivery of one event ended. */
export interface DeliveryOutcome {
  readonly eventId: string;
  /** Whether some try was acknowledged. */
  readonly ok: boolean;
  readonly attempts: number;
  /** HTTP status or code of the ack of the last try; 0 when none came. */
  readonly status: number;
  /** From sending to the answer, of the last try. */
  readonly ackMs: number;
}

/** Brings events to the apps, again and again as the vendor does, until they are acknowledged or given up. */
export interface Deliverer {
  /** Starts at once; the promise never rejects. */
  deliver(app: FeishuApp, event: FeishuEvent): Promise<DeliveryOutcome>;
  /** Events that still wait for an ack or for their next try. */
  readonly pending: number;
  /** The speed has changed: what waits for its next try waits as much longer or shorter. */
  speedChanged(): void;
  /** Ends all waits; what is pending counts as given up. Later events are delivered as ever. */
  giveUp(): void;
}

export interface DelivererParts extends Line {
  /** How many times faster than in life the waits between tries pass. */
  readonly speed: () => number;
  readonly marked: (message: FeishuMessage) => void;
}

/** Longest time a delivery is held back for the one behind it, when they are to change places. */
const REORDER_WAIT_MS = 2000;
const DEFAULT_LATE_MS = 2000;

export function createDeliverer(parts: DelivererParts): Deliverer {
  const { clock, limits } = parts;
  const wakeups = new Set<() => void>();
  /** Those of `wakeups` that wait for a next try. */
  const ladder = new Set<() => void>();
  const held = new Map<string, () => void>();
  /** Grows when everything pending is given up. */
  let era = 0;
  let pending = 0;

  /** Resolves after the wait, or at once when everything ends. */
  const pause = (ms: number, group?: Set<() => void>): Promise<void> =>
    new Promise((resolve) => {
      const disarm = after(clock, ms, () => wake());
      const wake = (): void => {
        disarm();
        wakeups.delete(wake);
        group?.delete(wake);
        resolve();
      };
      wakeups.add(wake);
      group?.add(wake);
    });

  /** Waits for the next try, by the vendor's time, which may pass faster than ours and change its pace. */
  const waitForNext = async (waitMs: number, told: (nextAt: number) => void): Promise<void> => {
    const bornIn = era;
    for (let left = waitMs; left >= 1 && era === bornIn; ) {
      const speed = parts.speed();
      const from = clock.now();
      told(from + left / speed);
      await pause(left / speed, ladder);
      left -= (clock.now() - from) * speed;
    }
  };

  const run = async (app: FeishuApp, event: FeishuEvent): Promise<DeliveryOutcome> => {
    const plain = envelope(app, event);
    const bornIn = era;
    let result: TryResult = { ok: false, status: 0, ackMs: 0 };
    for (let tries = 1; ; tries += 1) {
      mark(parts, app, event, { app: app.id, state: 'sending', attempts: tries });
      result = await attempt(parts, app, event, plain, tries);
      const waitMs = limits.redeliverAfterMs[tries - 1];
      const outcome = { eventId: event.id, attempts: tries, status: result.status, ackMs: result.ackMs };
      if (result.ok) {
        mark(parts, app, event, { app: app.id, state: 'acknowledged', attempts: tries, ackMs: result.ackMs });
        return { ...outcome, ok: true };
      }
      if (waitMs === undefined || era !== bornIn) {
        mark(parts, app, event, { app: app.id, state: 'given-up', attempts: tries });
        return { ...outcome, ok: false };
      }
      await waitForNext(waitMs, (nextAt) => {
        mark(parts, app, event, { app: app.id, state: 'waiting', attempts: tries, nextAt });
      });
      if (era !== bornIn) return { ...outcome, ok: false };
    }
  };

  const counted = async (work: () => Promise<DeliveryOutcome>): Promise<DeliveryOutcome> => {
    pending += 1;
    try {
      return await work();
    } finally {
      pending -= 1;
    }
  };

  /** Lets the next delivery of the app go first. */
  const changePlaces = async (app: FeishuApp): Promise<void> => {
    held.get(app.id)?.();
    await Promise.race([pause(REORDER_WAIT_MS), new Promise<void>((resolve) => held.set(app.id, resolve))]);
    held.delete(app.id);
  };

  const withFault = async (app: FeishuApp, event: FeishuEvent, fault: Fault): Promise<DeliveryOutcome> => {
    if (fault.kind === 'late') await pause(fault.delayMs ?? DEFAULT_LATE_MS);
    if (fault.kind === 'reorder') await changePlaces(app);
    if (fault.kind === 'forge') await forge(parts, app, { variant: fault.variant ?? 'signature', like: event });
    // The vendor may tell of one message under several event ids.
    if (fault.kind === 'duplicate') void counted(() => run(app, { ...event, id: newEventId() }));
    return run(app, event);
  };

  return {
    get pending() {
      return pending;
    },
    deliver(app, event) {
      const fault = parts.faults.strike(faultsOfDeliveries, { side: 'feishu', app: app.id, path: event.type });
      if (fault !== undefined) return counted(() => withFault(app, event, fault));
      const delivered = counted(() => run(app, event));
      const release = held.get(app.id);
      if (release !== undefined) void delivered.finally(release);
      return delivered;
    },
    speedChanged() {
      for (const wake of ladder) wake();
    },
    giveUp() {
      era += 1;
      for (const wake of wakeups) wake();
    },
  };
}

/** Writes on the message how its delivery goes, for the page. */
function mark(parts: DelivererParts, app: FeishuApp, event: FeishuEvent, now: DeliveryMark): void {
  const { message } = event;
  if (message === undefined || event.type !== 'im.message.receive_v1') return;
  const before = message.delivery.find((one) => one.app === app.id);
  // A second delivery of a message that arrived does not make it "on its way" again.
  if (before?.state === 'acknowledged' && now.state !== 'acknowledged') return;
  message.delivery = [...message.delivery.filter((one) => one.app !== app.id), now];
  parts.marked(message);
}
