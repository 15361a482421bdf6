import { hash } from 'node:crypto';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';
import type { TurnId } from '../core/ids.ts';

/** Where a message's trace begins: the same in each process that works on it. */
export interface TraceRoot {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * A trace goes over the inbox by what the event itself says: trace and first span are made of its turn's id, so that nothing has to be
 * stored for whoever goes on.
 */
export function rootOf(turn: TurnId): TraceRoot {
  const digest = hash('sha256', `trace:${turn}`, 'hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** Ids by chance, but for the one span that is begun within `as`. */
export interface SpanIds extends IdGenerator {
  as<T>(root: TraceRoot, begin: () => T): T;
}

export function createSpanIds(): SpanIds {
  const chance = new RandomIdGenerator();
  let given: TraceRoot | undefined;
  return {
    generateTraceId: () => given?.traceId ?? chance.generateTraceId(),
    generateSpanId: () => given?.spanId ?? chance.generateSpanId(),
    as(root, begin) {
      given = root;
      try {
        return begin();
      } finally {
        given = undefined;
      }
    },
  };
}
