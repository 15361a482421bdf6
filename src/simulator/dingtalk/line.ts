import { Agent } from 'undici';
import { after, type SimClock } from '../clock.ts';

/** What came of one request to an address of the gateway. */
export type LineAnswer =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly failed: 'no-address' | 'timeout' | 'broken' };

/** Pushes over HTTP. */
export interface Line {
  post(url: string, headers: Readonly<Record<string, string>>, body: string, timeoutMs: number): Promise<LineAnswer>;
  close(): Promise<void>;
}

/** Most connections to one address at a time; what is more waits in line. */
const CONNECTIONS = 128;

export function createLine(clock: SimClock): Line {
  // Time is kept by our own clock, so undici's two limits are off.
  const agent = new Agent({ connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 });
  return {
    async post(url, headers, body, timeoutMs) {
      const controller = new AbortController();
      const disarm = after(clock, timeoutMs, () => controller.abort());
      try {
        const { origin, pathname, search } = new URL(url);
        const response = await agent.request({
          origin,
          path: pathname + search,
          method: 'POST',
          signal: controller.signal,
          headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
          body,
        });
        return { ok: true, status: response.statusCode, body: await response.body.text() };
      } catch {
        return { ok: false, failed: controller.signal.aborted ? 'timeout' : 'broken' };
      } finally {
        disarm();
      }
    },
    close: () => agent.destroy(),
  };
}
