import { once } from 'node:events';
import { Agent } from 'node:https';
import { WebSocket } from 'ws';
import type { InLanguages } from '../../../core/lang.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import type { WecomBotConfig } from './config.ts';

const WITHIN_MS = 10_000;

/**
 * Says what is wrong with the set-up, as far as one can see without taking the bot over: to prove the secret one has to subscribe, and that
 * throws out the gateway that is running.
 */
export async function checkSetup(
  config: WecomBotConfig,
  deps: PlatformDeps,
  signal: AbortSignal,
): Promise<readonly InLanguages[]> {
  if (config.mode !== 'socket') return [];
  const { proxy } = deps;
  const isSecure = config.wsUrl.startsWith('wss:');
  const agent =
    proxy !== undefined && proxy !== '' && isSecure ? new Agent({ proxyEnv: { HTTPS_PROXY: proxy } }) : undefined;
  const socket = new WebSocket(config.wsUrl, { handshakeTimeout: WITHIN_MS, ...(agent && { agent }) });
  try {
    await once(socket, 'open', { signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]) });
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : 'no answer';
    return [
      {
        zh: `${config.wsUrl} 没有响应：请检查 WECOM_BOT_WS_URL、网络和 HTTPS_PROXY（${why}）。`,
        en: `${config.wsUrl} did not answer: check WECOM_BOT_WS_URL, the network and HTTPS_PROXY (${why}).`,
      },
    ];
  } finally {
    socket.on('error', () => undefined);
    socket.terminate();
  }
}
