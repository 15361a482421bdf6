import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { FaultKind } from '../../src/simulator/contract.ts';
import { startThreePlatforms, type ThreePlatforms } from '../support/three-platforms.ts';

/** Every token that a vendor gave out or we have shown to one, as undici saw it pass. */
const tokens = new Set<string>();
const IN_BODY = /"(?:tenant_access_token|app_access_token|access_token|accessToken|ticket)"\s*:\s*"([^"]+)"/g;
const IN_QUERY = new Set(['access_token', 'corpsecret', 'appsecret', 'session', 'response_code', 'ticket', 'key']);

function fromRequest(message: unknown): void {
  const { request } = message as { request: { path: string; headers: readonly string[] } };
  for (const [name, value] of new URL(request.path, 'http://x').searchParams) if (IN_QUERY.has(name)) tokens.add(value);
  request.headers.forEach((name, at) => {
    if (/^(?:authorization|x-acs-dingtalk-access-token)$/i.test(String(name)))
      tokens.add(String(request.headers[at + 1]).replace(/^Bearer /, ''));
  });
}

function fromAnswer(message: unknown): void {
  const { chunk } = message as { chunk: Uint8Array };
  for (const [, token] of Buffer.from(chunk).toString().matchAll(IN_BODY)) if (token !== undefined) tokens.add(token);
}

let gateway: ThreePlatforms;
beforeAll(async () => {
  subscribe('undici:request:create', fromRequest);
  subscribe('undici:request:bodyChunkReceived', fromAnswer);
  gateway = await startThreePlatforms({
    ADMIN_TOKEN: 'an-admin-token-that-nobody-guesses',
    WORK_DRAIN_SECONDS: '1',
  });
});
afterAll(async () => {
  unsubscribe('undici:request:create', fromRequest);
  unsubscribe('undici:request:bodyChunkReceived', fromAnswer);
  await gateway.close();
});

const WORDS = '我的工资是一万二';

/** Somebody writes on every surface. */
async function everybodyWrites(text: string, from = 'lin'): Promise<void> {
  const { feishu, wecom, dingtalk } = gateway.sim;
  await Promise.all([
    feishu.say({ from, text }).delivered,
    wecom.say({ from, text }).delivered,
    wecom.say({ from, to: wecom.bot.id, text }).delivered,
    wecom.say({ from: 'zhao', text }).delivered,
    dingtalk.say({ from, text }).delivered,
  ]);
}

const answers = (): number => {
  const { feishu, wecom, dingtalk } = gateway.sim;
  return [feishu, wecom, dingtalk].reduce((sum, { record }) => sum + record.answers().length, 0);
};
const until = (holds: () => boolean): Promise<true> =>
  vi.waitFor(
    () => {
      if (!holds()) throw new Error('not yet');
      return true as const;
    },
    { timeout: 15_000, interval: 50 },
  );

/** What is logged while something goes wrong is what gives secrets away: each kind strikes every vendor and the agent. */
const FAULTS: readonly FaultKind[] = ['drop', 'server-error'];
const SIDES = ['feishu', 'wecom', 'dingtalk', 'dify'] as const;

it('nothing that is logged holds a secret, a token or what somebody wrote, whatever fails', async () => {
  await everybodyWrites(WORDS);
  await until(() => answers() >= 5);
  const asked = gateway.sim.dify?.record.asked().length ?? 0;
  for (const [at, kind] of FAULTS.entries()) {
    for (const side of SIDES) gateway.sim.faults.add({ side, kind, count: 2 });
    // WeCom's bot takes three questions of one person at once.
    await everybodyWrites(`${WORDS}？`, ['chen', 'wang', 'lin'][at % 3]);
    await until(() => gateway.sim.faults.list.every(({ hits, side }) => hits > 0 || side === 'dify'));
    gateway.sim.faults.clear();
  }
  for (const path of ['feishu', 'wecom', 'wecom-bot', 'wecom-kf', 'dingtalk', 'nobody'])
    await fetch(`${gateway.url}/webhook/${path}?msg_signature=x&timestamp=1&nonce=2`, { method: 'POST', body: WORDS });
  await fetch(`${gateway.url}/admin/status`, { headers: { authorization: 'Bearer wrong-admin-token' } });
  await until(() => gateway.log.some((line) => line.includes('delivery refused')));

  const log = gateway.log.join('\n');
  const secrets = Object.entries(gateway.env).filter(([name]) => /SECRET|TOKEN|KEY/.test(name));
  expect(secrets.length).toBeGreaterThan(10);
  // A token of each vendor, and the agent's key.
  expect(tokens.size).toBeGreaterThan(3);
  expect(asked).toBeGreaterThanOrEqual(5);
  const kept = [...secrets, ...[...tokens].map((token) => ['a token', token] as const), ['words', WORDS] as const];
  expect(kept.filter(([, value]) => value.length > 5 && log.includes(value)).map(([name]) => name)).toEqual([]);
  expect(log).not.toContain('wrong-admin-token');
});
