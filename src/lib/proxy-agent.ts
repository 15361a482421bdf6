import { Agent, type AgentOptions } from 'node:https';

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** For what speaks TLS through Node's own client: by the proxy, but for loopback addresses and what `NO_PROXY` names. */
export function createProxyAgent(proxy: string, noProxy: string | undefined, options: AgentOptions = {}): Agent {
  const hosts = [...LOOPBACK, ...(noProxy ? [noProxy] : [])].join(',');
  return new Agent({ ...options, proxyEnv: { HTTPS_PROXY: proxy, NO_PROXY: hosts } });
}
