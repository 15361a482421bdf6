import type { Approval, ApprovalState } from '../../core/approvals.ts';
import { toGatewayError } from '../../core/errors.ts';
import type { StorableEvent } from '../../core/event.ts';
import { type ChannelName, id } from '../../core/ids.ts';
import { laneOf } from '../../core/lane.ts';
import type { Memos } from '../../core/memos.ts';
import type { PipelineParts } from '../parts.ts';

/** A vendor's event may be lost: pushes used up, nobody there when it came, not subscribed. Each look is a call that some count. */
const LOOK_EVERY_MS = 6 * 60 * 60_000;
/** Nobody has decided it so soon without our being told. */
const YOUNG_MS = 60 * 60_000;
const MOST_AT_ONCE = 500;
/** Several processes may start together, and look at the same hours later: one of them does. Who starts later looks all the same, for what has been missed meanwhile. */
const TOGETHER_MS = 60_000;
/** When a channel was last looked at, in epoch milliseconds. */
const MEMO = 'approvals looked after';
const KEEP_MS = 4 * LOOK_EVERY_MS;

type Parts = Pick<PipelineParts, 'store' | 'platforms' | 'clock' | 'log' | 'wake'>;

/** Reads the approvals that still run, at the start and every few hours. */
export function startApprovalWatch(parts: () => Parts): { start(): void; stop(): Promise<void> } {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  const look = (restMs: number): void => {
    looking = lookAfterApprovals(parts(), ending.signal, restMs).catch((error: unknown) => {
      if (!ending.signal.aborted) parts().log.error('running approvals not looked after', { error });
    });
  };
  return {
    start() {
      look(TOGETHER_MS);
      timer = setInterval(() => look(LOOK_EVERY_MS - TOGETHER_MS), LOOK_EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      ending.abort();
      await looking;
    },
  };
}

/**
 * Reads each approval that has run for a while; where one has ended, an event as the vendor's would have been goes into the inbox, so that
 * everything after it is the same. A vendor that cannot be asked now is asked the next time.
 *
 * @param restMs - How long a channel is left alone after somebody has looked, in milliseconds.
 */
export async function lookAfterApprovals(parts: Parts, signal: AbortSignal, restMs = 0): Promise<void> {
  const { store, clock, log } = parts;
  const turns = new Map<ChannelName, boolean>();
  for (const approval of await store.approvals.running(clock.now() - YOUNG_MS, MOST_AT_ONCE)) {
    const { channel } = approval;
    if (signal.aborted) return;
    if (!turns.has(channel)) turns.set(channel, await takeTurn(store.memos.of(channel), restMs, clock.now()));
    if (turns.get(channel) === false) continue;
    try {
      await lookAt(approval, parts, signal);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (error.code === 'store_unavailable') throw error;
      log.warn('running approval not read', { approval: approval.id, channel, error });
    }
  }
}

/** @returns Whether nobody has looked for so long, and nobody else has begun to. */
async function takeTurn(memos: Memos, restMs: number, now: number): Promise<boolean> {
  const last = await memos.read(MEMO);
  if (last !== undefined && now - Number(last) < restMs) return false;
  return memos.swap(MEMO, last, String(now), now + KEEP_MS);
}

async function lookAt(approval: Approval, parts: Parts, signal: AbortSignal): Promise<void> {
  const { channel, instance } = approval;
  const port = parts.platforms.get(channel)?.approvals;
  if (!port || instance === undefined) return;
  const { state, decisions } = await port.read(instance, signal);
  if (state === 'running') return;
  const now = parts.clock.now();
  const event = endedEvent(approval, state, decisions.at(-1)?.at || now);
  const lane = laneOf(event, 'member');
  await parts.store.inbox.accept([{ channel, event, lane }], now);
  parts.log.info('an approval had ended without our being told', { approval: approval.id, channel, state });
  parts.wake(lane);
}

function endedEvent(approval: Approval, state: ApprovalState, at: number): StorableEvent {
  const { channel, by, template, instance = id('') } = approval;
  return {
    kind: 'approval',
    key: id(JSON.stringify(['approval', 'looked', instance, state])),
    at: Math.max(at, approval.stateAt + 1),
    from: { account: by, ids: {} },
    to: { channel, kind: 'direct', chat: id(by) },
    instance,
    template,
    change: { of: 'instance', state },
  };
}
