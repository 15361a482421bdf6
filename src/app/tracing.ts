import type { Settings } from '../config/settings.ts';
import type { Log } from '../core/log.ts';
import { noTracer, type Tracer } from '../core/tracer.ts';
import { createTraceStream, type TraceStream } from '../http/traces.ts';
import { proxyOf } from './made.ts';

/** Whoever looks at the way of messages here: the operator's page, OpenTelemetry, both or nobody. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly stream: TraceStream | undefined;
  readonly close: () => Promise<void>;
}

/** @param process - Tells this process from the others of the gateway. */
export async function openTracing(
  settings: Pick<Settings, 'tracing' | 'proxy' | 'noProxy'>,
  process: string,
  { log, version }: { readonly log: Log; readonly version: string },
): Promise<Tracing> {
  const { tracing } = settings;
  const stream = tracing.traces ? createTraceStream() : undefined;
  const { endpoint, share, service } = tracing;
  if (endpoint === undefined) return { tracer: stream ?? noTracer, stream, close: async () => undefined };
  // Loaded only where somebody collects traces: it takes a fifth of a second and 18 MB.
  const { openTelemetry } = await import('../telemetry/telemetry.ts');
  const spans = openTelemetry({ endpoint, share, service, version, process, ...proxyOf(settings) }, log);
  return { tracer: stream ? both(stream, spans.tracer) : spans.tracer, stream, close: () => spans.close() };
}

/** @param spans - Runs the pieces; the stream has none. */
function both(stream: Tracer, spans: Tracer): Tracer {
  return {
    enabled: true,
    step(trace, name, fields) {
      stream.step(trace, name, fields);
      spans.step(trace, name, fields);
    },
    during: (trace, piece, run) => spans.during(trace, piece, run),
    call: (call) => spans.call(call),
  };
}
