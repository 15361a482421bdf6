import { createRequire } from 'node:module';
import type { Agent as AnyAgent, EnvHttpProxyAgent as AnyProxyAgent } from 'undici';

/*
 * The two parts of undici that are used here. Its main file loads `fetch`, WebSockets, caches and mocks besides, 14 MB of memory that
 * nobody asks for (measured with 8.12).
 */

const load = createRequire(import.meta.url);

export const Agent = load('undici/lib/dispatcher/agent.js') as typeof AnyAgent;

export const EnvHttpProxyAgent = load('undici/lib/dispatcher/env-http-proxy-agent.js') as typeof AnyProxyAgent;
