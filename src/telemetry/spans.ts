import {
  type Attributes,
  type Context,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { toGatewayError } from '../core/errors.ts';
import type { TurnId } from '../core/ids.ts';
import { referenceOf, turnIdOf } from '../core/keys.ts';
import type { Traced, TracedPiece, TraceFields, TracePiece, Tracer } from '../core/tracer.ts';
import { rootOf, type SpanIds } from './span-ids.ts';

export interface SpanParts {
  readonly tracer: OtelTracer;
  readonly ids: SpanIds;
  /** What the code that asks is part of. */
  readonly active: () => Context;
  readonly within: <T>(context: Context, run: () => T) => T;
}

/** A delivery that is being stored. */
interface Arrival {
  readonly at: number;
  readonly fields: TraceFields | undefined;
}

/** One answer has hundreds of frames; each shows as the vendor's call that it is. */
const UNTOLD = new Set(['frame', 'claimed']);
const KINDS: Record<TracePiece, SpanKind> = {
  event: SpanKind.CONSUMER,
  turn: SpanKind.INTERNAL,
  agent: SpanKind.INTERNAL,
  send: SpanKind.PRODUCER,
};

/**
 * Makes spans of the way of a message: its delivery is the root, whoever claims it goes on below, in whatever process. Attributes are names from the
 * settings, codes, counts and the reference that people read; ids of vendors and what somebody wrote are none.
 */
export function createSpans({ tracer, ids, active, within }: SpanParts): Tracer {
  const arrivals = new Map<TurnId, Arrival>();

  function delivered(turn: TurnId, traced: Traced, outcome: string, more?: TraceFields): void {
    const arrival = arrivals.get(turn);
    if (!arrival) return;
    arrivals.delete(turn);
    const options = {
      kind: SpanKind.SERVER,
      startTime: arrival.at,
      attributes: { ...named(traced), ...prefixed(arrival.fields), ...prefixed(more), 'posthouse.outcome': outcome },
    };
    // What comes again belongs to what came first; that one alone bears the id that others go by.
    const span =
      outcome === 'stored'
        ? ids.as(rootOf(turn), () => tracer.startSpan('delivery', { ...options, root: true }, ROOT_CONTEXT))
        : tracer.startSpan('delivery', options, below(turn));
    if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  /** The running piece of the same message, else where its trace begins. */
  function parentOf(turn: TurnId | undefined): Context {
    const now = active();
    if (turn === undefined) return now;
    return trace.getSpanContext(now)?.traceId === rootOf(turn).traceId ? now : below(turn);
  }

  return {
    enabled: true,
    step(traced, name, fields) {
      const turn = turnOf(traced);
      if (turn === undefined || UNTOLD.has(name)) return;
      if (name === 'received') return void arrivals.set(turn, { at: Date.now(), fields });
      if (arrivals.has(turn) && (name === 'stored' || name === 'duplicate' || name === 'failed'))
        return delivered(turn, traced, name, fields);
      const span = trace.getSpan(active());
      span?.addEvent(name, prefixed(fields));
      if (name === 'failed') span?.setStatus({ code: SpanStatusCode.ERROR });
    },
    async during(traced, piece, run) {
      const parent = parentOf(turnOf(traced));
      const span = tracer.startSpan(piece, { kind: KINDS[piece], attributes: named(traced) }, parent);
      try {
        return await within(trace.setSpan(parent, span), run);
      } catch (error) {
        fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
    call({ to, name, api, code, ms }) {
      const parent = active();
      // A token that is renewed, a name that is looked up: no message waits for it.
      if (!trace.getSpan(parent)) return;
      const end = Date.now();
      const attributes = { [`posthouse.${to === 'vendor' ? 'channel' : 'agent'}`]: name, 'posthouse.code': code };
      const span = tracer.startSpan(`${to} ${api}`, { kind: SpanKind.CLIENT, startTime: end - ms, attributes }, parent);
      span.end(end);
    },
  };
}

function fail(span: Span, error: unknown): void {
  span.setAttribute('posthouse.code', toGatewayError(error).code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function turnOf(traced: TracedPiece): TurnId | undefined {
  if (traced.turn !== undefined) return traced.turn;
  return 'key' in traced ? turnIdOf({ key: traced.key, to: { channel: traced.channel } }) : undefined;
}

function below(turn: TurnId): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...rootOf(turn), traceFlags: TraceFlags.SAMPLED, isRemote: true });
}

function named(traced: TracedPiece): Attributes {
  const turn = turnOf(traced);
  return { 'posthouse.channel': traced.channel, ...(turn !== undefined && { 'posthouse.ref': referenceOf(turn) }) };
}

function prefixed(fields: TraceFields | undefined): Attributes {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [`posthouse.${name}`, value]));
}
