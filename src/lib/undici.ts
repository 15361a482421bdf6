import { createRequire } from 'node:module';
import type { Agent as AnyAgent, EnvHttpProxyAgent as AnyProxyAgent } from 'undici';

/*
 * The part of undici that is used here. Its main file loads `fetch`, WebSockets, caches and mocks besides, 14 MB of memory that
 * nobody asks for (measured with 8.12).
 */

const load = createRequire(import.meta.url);

export const Agent = load('undici/lib/dispatcher/agent.js') as typeof AnyAgent;

/** For whoever has a proxy. All of undici: its proxies call what only the main file gives to its clients. */
export function loadProxyAgent(): typeof AnyProxyAgent {
  return (load('undici') as { readonly EnvHttpProxyAgent: typeof AnyProxyAgent }).EnvHttpProxyAgent;
}
