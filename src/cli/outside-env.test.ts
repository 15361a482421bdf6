import { describe, expect, it } from 'vitest';
import { AGENTS } from '../agents/registry.ts';
import { agentKind, platformKind } from '../config/kinds.ts';
import { knownVariables } from '../config/load.ts';
import { PLATFORMS } from '../platforms/registry.ts';
import { outsideEnv } from './outside-env.ts';

const SETTINGS = knownVariables(Object.values(PLATFORMS).map(platformKind), Object.values(AGENTS).map(agentKind));

describe('what the demo’s gateway inherits', () => {
  it('is no setting of a gateway that the same machine runs for real, whichever it is', () => {
    const names = [...SETTINGS, 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY'].flatMap((name) => [name, `${name}_FILE`]);
    expect(outsideEnv(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual({});
  });

  it('is the rest of the environment', () => {
    const env = { PATH: '/usr/bin', LANG: 'zh_CN.UTF-8', NODE_EXTRA_CA_CERTS: '/etc/ca.pem', HOSTNAME: 'desk' };
    expect(outsideEnv(env)).toEqual(env);
  });
});
