import type { ForgeVariant } from '../contract.ts';
import type { Outgoing } from '../outgoing.ts';
import { robotSign } from './crypto.ts';
import { JSON_TYPE, type Push } from './push.ts';
import type { DingtalkWorld } from './world.ts';

const HOUR = 3_600_000;

/** Sends a push that an attacker made, over HTTP; the long connection is nobody's but the vendor's. */
export async function forge(
  world: Pick<DingtalkWorld, 'clock' | 'limits' | 'shared'> & { readonly line: Outgoing },
  push: Push,
  variant: ForgeVariant,
): Promise<{ readonly status: number; readonly ms: number }> {
  const startedAt = world.clock.now();
  const { url } = push.http ?? {};
  if (url === undefined) return { status: 0, ms: 0 };
  const headers = forgedHeaders(startedAt, push, variant);
  const body = variant === 'app' ? push.data.replaceAll(push.app.id, 'dingsomebodyelse0001') : push.data;
  const entry = world.shared.wire.begin(() => ({
    side: 'dingtalk',
    app: push.app.id,
    direction: 'out',
    transport: 'http',
    method: 'POST',
    path: url,
    title: { zh: `伪造的推送（${variant}）`, en: `forged push (${variant})` },
    headers,
    body,
  }));
  const answer = await world.line.post(url, { headers: { ...JSON_TYPE, ...headers }, body }, world.limits.httpAckMs);
  const status = answer.ok ? answer.status : 0;
  entry?.end({ status: answer.ok ? status : -1 });
  return { status, ms: world.clock.now() - startedAt };
}

function forgedHeaders(now: number, { app, http }: Push, variant: ForgeVariant): Readonly<Record<string, string>> {
  const at = (time: number, secret: string): Record<string, string> => ({
    timestamp: String(time),
    sign: robotSign(String(time), secret),
  });
  switch (variant) {
    case 'unsigned':
      return {};
    case 'timestamp':
      return at(now - HOUR - 1000, app.secret);
    case 'nonce':
    case 'app':
      // Rightly signed: the signature covers neither the body nor whether it was seen before.
      return http?.headers() ?? {};
    default:
      return at(now, 'somebody-elses-secret');
  }
}
