import { readFileSync } from 'node:fs';
import { type Context, type DiagLogger, diag } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from '../core/log.ts';
import type { Tracer } from '../core/tracer.ts';
import { createProxyAgent } from '../lib/proxy-agent.ts';
import { createQuiet } from '../lib/quiet.ts';
import { createSpanIds } from './span-ids.ts';
import { createSpans } from './spans.ts';

export interface TelemetryOptions {
  /** Of a collector, without `/v1/traces`. */
  readonly endpoint: string;
  /** Of messages that are traced, 0 to 1; which ones goes by their ids, so that all processes agree. */
  readonly share: number;
  readonly service: string;
  readonly version: string;
  /** Tells this process from the others. */
  readonly process: string;
  /** For a collector behind `https:`. */
  readonly proxy?: string;
  readonly noProxy?: string;
}

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is left; a collector that does not answer does not keep the process. Does not throw. */
  readonly close: () => Promise<void>;
}

const EXPORT_EVERY_MS = 2_000;
const LAST_EXPORT_WITHIN_MS = 2_000;

/** Spans of the way of messages, sent by OTLP over HTTP. What cannot be sent is dropped and said in the log; nothing waits for it. */
export function openTelemetry(options: TelemetryOptions, log: Log): Telemetry {
  const { endpoint, share, service, version, process } = options;
  diag.setLogger(diagnosticsTo(log));
  const ids = createSpanIds();
  const provider = new TracerProvider({
    idGenerator: ids,
    sampler: new TraceIdRatioBasedSampler(share),
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': version,
      'service.instance.id': process,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, ...byProxy(options) }),
        scheduledDelayMillis: EXPORT_EVERY_MS,
      }),
    ],
  });
  const contexts = new AsyncLocalStorageContextManager().enable();
  return {
    tracer: createSpans({
      tracer: provider.getTracer('posthouse', version),
      ids,
      active: () => contexts.active(),
      within: (context: Context, run) => contexts.with(context, run),
    }),
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_EXPORT_WITHIN_MS).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      contexts.disable();
    },
  };
}

/** The exporter knows no proxy of its own. */
function byProxy({ endpoint, proxy, noProxy }: TelemetryOptions) {
  if (!proxy || !endpoint.startsWith('https:')) return {};
  const agent = createProxyAgent(proxy, noProxy, { keepAlive: true, ...certificates() });
  return { httpAgentOptions: () => agent };
}

/** Those of the exporter's own variables, which it forgets when it is given an agent. */
function certificates(): { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer } {
  const read = (name: string): Buffer | undefined => {
    const file = process.env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] ?? process.env[`OTEL_EXPORTER_OTLP_${name}`];
    return file ? readFileSync(file) : undefined;
  };
  const [ca, cert, key] = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map(read);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** What the library has to say about itself: that a collector does not answer, mostly, and then for each batch anew. */
function diagnosticsTo(log: Log): DiagLogger {
  const quiet = createQuiet(Date.now);
  const tell = (error: string): void => {
    const heldBack = quiet('export');
    if (heldBack !== undefined) log.warn('traces not sent', { error, heldBack });
  };
  const ignore = (): void => undefined;
  return { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
}
