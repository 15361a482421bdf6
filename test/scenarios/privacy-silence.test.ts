import { afterEach, expect, it } from 'vitest';
import type { RecordedAnswer } from '../../src/simulator/index.ts';
import { startWholeGateway, type WholeGateway } from '../support/whole-gateway.ts';

/** What must stand nowhere but in the store and at the far sides: one of each kind, a secret, and words of a question. */
const WRITTEN = [
  '13800138000',
  '010-88880000',
  '11010519491231002X',
  '6222021234567890128',
  'alice.wang@example.com',
  'E12345678',
  '京A12345',
  '91350100M000100Y43',
  'sk-live-5f3c9a7e21b04d68',
  '南瓜汤的秘方',
];
const ALL = WRITTEN.join('，');
const ADMIN_TOKEN = 'demo-admin-token-0123456789';

let gateway: WholeGateway;
afterEach(() => gateway.close());

const isWhole = (answer: RecordedAnswer): boolean => answer.isSettled;

async function ask(text: string): Promise<void> {
  const said = gateway.sim.feishu.say({ from: 'lin', text });
  await said.delivered;
  await gateway.sim.feishu.record.answered(said.messageId, { done: isWhole, timeoutMs: 30_000 });
}

/** Everything the live list of steps says from now on. */
async function listen(): Promise<{ readonly heard: () => string; readonly stop: () => void }> {
  const hangUp = new AbortController();
  const response = await fetch(`${gateway.url}/api/v1/traces`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    signal: hangUp.signal,
  });
  let heard = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) heard += decoder.decode(chunk as Uint8Array, { stream: true });
  };
  read().catch((error: unknown) => {
    if (!hangUp.signal.aborted) throw error;
  });
  return { heard: () => heard, stop: () => hangUp.abort() };
}

async function get(path: string): Promise<string> {
  const response = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  return response.text();
}

it('no log, metric, trace or dead letter holds what people write, whatever fails', { timeout: 120_000 }, async () => {
  gateway = await startWholeGateway({
    settings: { tracing: { traces: true }, privacy: { in: 'placeholder' }, work: { firstFrameMs: 50, maxAttempts: 2 } },
  });
  const traces = await listen();
  const { faults } = gateway.sim;
  await ask(`${ALL} #instant`);
  await ask(`/lang ${ALL}`);
  await ask(`/sessions name ${ALL}`);
  const does = [
    { kind: 'error', status: 400, code: 'invalid_param', message: `bad query: ${ALL}` },
    { kind: 'error', status: 500, code: 'internal_server_error', message: ALL },
    { kind: 'page', status: 502 },
    { kind: 'disconnect' },
  ] as const;
  for (const fault of does) {
    gateway.sim.dify?.faults.add({ does: fault, path: 'chat-messages' });
    await ask(`${ALL} #instant`);
  }
  faults.add({ kind: 'throttle', count: 3 });
  await ask(`${ALL} #instant`);
  faults.add({ kind: 'server-error', count: 3 });
  await ask(`${ALL} #instant`);

  traces.stop();
  const told = {
    log: gateway.log.join('\n'),
    traces: traces.heard(),
    metrics: await get('/metrics'),
    letters: await get('/api/v1/dead-letters'),
    status: await get('/api/v1/status'),
  };
  // They do tell: of every turn, and that some failed.
  expect(told.log).toContain('turn failed');
  expect(told.traces).toContain('"asked"');
  expect(told.metrics).toMatch(/posthouse_personal_data_total\{direction="in",kind="mobile"\} [1-9]/);
  for (const [where, text] of Object.entries(told)) {
    expect(
      WRITTEN.filter((written) => text.includes(written)),
      where,
    ).toEqual([]);
  }
  // The agent has not read them either.
  const queries = gateway.sim.dify?.record.queries({}) ?? [];
  expect(queries.length).toBeGreaterThan(0);
  expect(queries.filter((query) => /13800138000|alice\.wang|6222021234567890128/.test(query))).toEqual([]);
});
