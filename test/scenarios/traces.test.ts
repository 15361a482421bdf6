import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import { type ChannelName, type EventKey, id } from '../../src/core/ids.ts';
import { noLog } from '../../src/core/log.ts';
import { openTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from '../support/trace-collector.ts';
import { startWholeGateway, type WholeGateway } from '../support/whole-gateway.ts';

const ASKED = 'may-I-take-the-pumpkin-home';
const MESSAGE = { channel: id<ChannelName>('feishu'), key: id<EventKey>('ev-1') };

let collector: TraceCollector;
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await collector.close();
});

async function gatewayThatTraces(): Promise<WholeGateway> {
  collector = await startTraceCollector();
  return startWholeGateway({ settings: { tracing: { endpoint: collector.url } } });
}

/** One process of a gateway, by its part of the way alone. */
function processThatTraces(name: string, share = 1): Telemetry {
  const telemetry = openTelemetry(
    { endpoint: collector.url, share, service: 'posthouse', version: '0', process: name },
    noLog,
  );
  opened.push(telemetry);
  return telemetry;
}

/** The names from the root down to this span. */
function wayTo(span: CollectedSpan): string[] {
  const above = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(above ? wayTo(above) : []), span.name];
}

it('shows the way of a message from its delivery to the vendor, and nothing that somebody wrote', async () => {
  const gateway = await gatewayThatTraces();
  const said = gateway.sim.feishu.say({ from: 'lin', text: ASKED });
  await said.delivered;
  await gateway.sim.feishu.record.answered(said.messageId, { done: (answer) => answer.isSettled, timeoutMs: 20_000 });
  await gateway.close();
  const { spans } = collector;
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const ways = spans.map((span) => wayTo(span).join(' > '));
  expect(ways).toContain('delivery');
  expect(ways).toContain('delivery > event > turn > agent > agent chat-messages');
  expect(ways.find((way) => way.startsWith('delivery > event > turn > send > vendor '))).toBeDefined();
  const agent = spans.find(({ name }) => name === 'agent');
  expect(agent?.events?.map(({ name }) => name)).toContain('first-text');
  const secrets = [ASKED, said.messageId, gateway.sim.feishu.apps[0]?.secret ?? ASKED, '"lin"', '林'];
  expect(secrets.filter((secret) => collector.bodies.join('\n').includes(secret))).toEqual([]);
});

it('goes through the proxy to a collector behind TLS', async () => {
  collector = await startTraceCollector();
  const asked: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const settings = { share: 1, service: 'posthouse', version: '0', process: 'one' };
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const far = { endpoint: 'https://collector.invalid', proxy: url, noProxy: 'near.invalid' };
  const telemetry = openTelemetry({ ...settings, ...far }, noLog);
  telemetry.tracer.step(MESSAGE, 'received', { via: 'webhook' });
  telemetry.tracer.step(MESSAGE, 'stored');
  await telemetry.close();
  expect(new Set(asked)).toEqual(new Set(['collector.invalid:443']));
  proxy.close();
});

it('goes on in another process where the delivery left off', async () => {
  collector = await startTraceCollector();
  const gateway = processThatTraces('gateway');
  gateway.tracer.step(MESSAGE, 'received', { via: 'webhook' });
  gateway.tracer.step(MESSAGE, 'stored');
  await gateway.close();
  const worker = processThatTraces('worker');
  await worker.tracer.during(MESSAGE, 'event', async () => {
    worker.tracer.call({ to: 'vendor', name: MESSAGE.channel, api: 'message.reply', code: '0', ms: 3 });
  });
  await worker.close();
  expect(collector.spans.map(wayTo)).toEqual([
    ['delivery'],
    ['delivery', 'event', 'vendor message.reply'],
    ['delivery', 'event'],
  ]);
});

it('puts what is delivered again below what came first, and says what went wrong by its code', async () => {
  collector = await startTraceCollector();
  const { tracer, close } = processThatTraces('gateway');
  for (const outcome of ['stored', 'duplicate'] as const) {
    tracer.step(MESSAGE, 'received');
    tracer.step(MESSAGE, outcome);
  }
  const failing = tracer.during(MESSAGE, 'event', () =>
    Promise.reject(new GatewayError('agent_unavailable', `no answer to ${ASKED}`)),
  );
  await expect(failing).rejects.toThrow('no answer');
  await close();
  expect(collector.spans.map(wayTo)).toEqual([['delivery'], ['delivery', 'delivery'], ['delivery', 'event']]);
  const [, , failed] = collector.spans;
  expect(failed?.status).toMatchObject({ code: 2 });
  expect(failed?.attributes).toContainEqual({ key: 'posthouse.code', value: { stringValue: 'agent_unavailable' } });
  expect(collector.bodies.join()).not.toContain(ASKED);
});

it('takes the same share of messages in every process', async () => {
  collector = await startTraceCollector();
  const processes = [processThatTraces('gateway', 0.5), processThatTraces('worker', 0.5)];
  for (const { tracer } of processes)
    for (let number = 0; number < 40; number += 1)
      await tracer.during({ ...MESSAGE, key: id<EventKey>(`ev-${number}`) }, 'event', async () => undefined);
  for (const { close } of processes) await close();
  const traces = collector.spans.map(({ traceId }) => traceId);
  expect(new Set(traces).size).toBeGreaterThan(5);
  expect(new Set(traces).size).toBeLessThan(35);
  expect(traces).toHaveLength(new Set(traces).size * 2);
});

it('does not hold the process up when nobody collects', async () => {
  collector = await startTraceCollector();
  const gateway = processThatTraces('gateway');
  await collector.close();
  collector = await startTraceCollector();
  gateway.tracer.step(MESSAGE, 'received');
  gateway.tracer.step(MESSAGE, 'stored');
  await expect(gateway.close()).resolves.toBeUndefined();
  opened.length = 0;
});
