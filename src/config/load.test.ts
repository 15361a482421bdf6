import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AgentDefinition } from '../core/agent-definition.ts';
import { packWords } from '../core/lang.ts';
import type { PlatformDefinition } from '../core/platform-definition.ts';
import { sentence } from './faults.ts';
import { loadSettings, SettingsError } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(text: string, name = `settings-${(files += 1)}.yaml`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A platform nobody has: carrier pigeons. */
const pigeon: PlatformDefinition = {
  name: 'pigeon',
  configSchema: z
    .strictObject({
      loft: z.string().min(1),
      ringSecret: z.string().min(8),
      mode: z.enum(['day', 'night']).default('day'),
      baseUrl: z.url({ protocol: /^https?$/ }).default('https://pigeon.example'),
      limits: z.strictObject({ perHour: z.number().positive().max(100).default(10) }).prefault({}),
    })
    .refine((config) => config.mode === 'day' || config.loft !== 'attic', {
      path: ['mode'],
      message: packWords({
        zh: '阁楼夜间关闭，请换一个鸽舍',
        en: 'the attic is closed at night, choose another loft',
      }),
    }),
  settings: {
    loft: { env: 'PIGEON_LOFT', where: { zh: '鸽舍管理 → 名称', en: 'Loft management → name' } },
    ringSecret: { env: 'PIGEON_RING_SECRET', where: { zh: '鸽舍管理 → 脚环', en: 'Loft management → ring' } },
    mode: { env: 'PIGEON_MODE', where: { zh: '飞行时间', en: 'when it flies' } },
    baseUrl: { env: 'PIGEON_BASE_URL', where: { zh: '地址', en: 'address' } },
    limits: { where: { zh: '上限', en: 'limits' } },
  },
  fromEnv(env) {
    const config = {
      ...(env['PIGEON_LOFT'] && { loft: env['PIGEON_LOFT'] }),
      ...(env['PIGEON_RING_SECRET'] && { ringSecret: env['PIGEON_RING_SECRET'] }),
      ...(env['PIGEON_MODE'] && { mode: env['PIGEON_MODE'] }),
      ...(env['PIGEON_BASE_URL'] && { baseUrl: env['PIGEON_BASE_URL'] }),
    };
    return Object.keys(config).length > 0 ? config : undefined;
  },
  create() {
    throw new Error('not needed here');
  },
};

/** An agent nobody has: an oracle. */
const oracle: AgentDefinition = {
  name: 'oracle',
  configSchema: z.strictObject({
    mountain: z.string({ error: packWords({ zh: '没有设置：它所在的山', en: 'is missing: the mountain it sits on' }) }),
    apiKey: z.string().regex(/^or-/, packWords({ zh: '应以 or- 开头', en: 'must begin with or-' })),
  }),
  envNames: { mountain: 'ORACLE_MOUNTAIN', apiKey: 'ORACLE_API_KEY' },
  fromEnv(env) {
    const { ORACLE_MOUNTAIN: mountain, ORACLE_API_KEY: apiKey } = env;
    return mountain || apiKey ? { ...(mountain && { mountain }), ...(apiKey && { apiKey }) } : undefined;
  },
  create() {
    throw new Error('not needed here');
  },
};

const GOOD = { PIGEON_LOFT: 'north', PIGEON_RING_SECRET: 'ring-secret-1' };
const kinds = { platforms: [pigeon], agents: [oracle] };

async function load(env: Record<string, string>, yaml?: string) {
  const file = yaml === undefined ? {} : { file: write(yaml, 'posthouse.yaml') };
  return loadSettings({ env, ...file, ...kinds });
}

async function faults(env: Record<string, string>, yaml?: string): Promise<string[]> {
  try {
    await load(env, yaml);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map((fault) => sentence(fault, 'en'));
    throw error;
  }
  return [];
}

describe('settings from the environment alone', () => {
  it('are enough for one app and one agent', async () => {
    const settings = await load({ ...GOOD, ORACLE_MOUNTAIN: 'Parnassus', ORACLE_API_KEY: 'or-1' });
    expect(settings.channels).toMatchObject([
      { name: 'pigeon', platform: 'pigeon', agent: 'oracle', groups: { scope: 'member', answer: 'mentioned' } },
    ]);
    expect(settings.channels[0]?.config).toMatchObject({ loft: 'north', mode: 'day', limits: { perHour: 10 } });
    expect(settings.agents).toMatchObject([{ name: 'oracle', kind: 'oracle', config: { mountain: 'Parnassus' } }]);
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      databaseUrl: 'data/posthouse.db',
      logLevel: 'info',
    });
    expect(settings.sessions).toEqual({ idleDays: 7 });
    expect(settings.retention).toEqual({ inboxDays: 7, outboxDays: 14, turnDays: 14, deadDays: 30 });
    expect(settings.warnings).toEqual([]);
  });

  it('take the echo agent when none is set, and say so', async () => {
    const settings = await load(GOOD);
    expect(settings.agents).toMatchObject([{ name: 'echo', kind: 'echo' }]);
    expect(settings.channels[0]?.agent).toBe('echo');
    expect(settings.warnings[0]?.en).toMatch(/^No agent is configured/);
  });

  it('read numbers, yes and no', async () => {
    const settings = await load({ ...GOOD, PORT: '9000', TRACES: 'yes', SESSION_IDLE_DAYS: '0.5' });
    expect(settings).toMatchObject({ port: 9000, tracing: { traces: true }, sessions: { idleDays: 0.5 } });
  });

  it('read a secret from the file that NAME_FILE names', async () => {
    const settings = await load({ PIGEON_LOFT: 'north', PIGEON_RING_SECRET_FILE: write('ring-secret-2\n') });
    expect(settings.channels[0]?.config).toMatchObject({ ringSecret: 'ring-secret-2' });
  });

  it('set how groups are answered', async () => {
    const settings = await load({ ...GOOD, PIGEON_GROUP_SCOPE: 'topic', PIGEON_GROUP_ANSWER: 'always' });
    expect(settings.channels[0]?.groups).toEqual({ scope: 'topic', answer: 'always' });
  });

  it('take empty variables for unset ones', async () =>
    expect((await load({ ...GOOD, PORT: '', HOST: '' })).port).toBe(8787));

  it('name the proxy for outgoing calls', async () => {
    const settings = await load({ ...GOOD, HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'localhost' });
    expect(settings).toMatchObject({ proxy: 'http://proxy.example:3128', noProxy: 'localhost' });
  });

  it('read the address of the proxy from a file, for it may hold a password', async () => {
    const HTTPS_PROXY_FILE = write('http://ann:secret@proxy.example:3128\n');
    expect((await load({ ...GOOD, HTTPS_PROXY_FILE })).proxy).toBe('http://ann:secret@proxy.example:3128');
  });

  it('warn of a variable that looks like one of ours', async () => {
    const { warnings } = await load({
      ...GOOD,
      PIGEON_RINGSECRET: 'x',
      PIGEON_POST_HISTORY: 'unrelated',
      REDIS_URL: 'redis://x',
    });
    expect(warnings.map(({ en }) => en)).toEqual([
      expect.stringMatching(/^No agent/),
      'The variable PIGEON_RINGSECRET sets nothing; did you mean PIGEON_RING_SECRET?',
      'REDIS_URL has no effect: the store is a SQLite file, for one process. For several, use PostgreSQL (DATABASE_URL).',
    ]);
  });
});

describe('the settings file', () => {
  const yaml = `
port: 9001
adminToken: \${TOKEN}
defaultAgent: south oracle
channels:
  - name: north
    platform: pigeon
    agent: north oracle
    groups: { scope: topic }
    loft: north
    ringSecret: file:ring.txt
  - name: south
    platform: pigeon
    loft: south-\${WING}
    ringSecret: $\${not-a-reference}
    limits: { perHour: 3 }
agents:
  - { name: north oracle, kind: oracle, mountain: Helicon, apiKey: or-n }
  - { name: south oracle, kind: oracle, mountain: Parnassus, apiKey: or-s }
`;

  it('sets up several apps and agents, with references to variables and files', async () => {
    write('ring-from-file\n', 'ring.txt');
    const settings = await load({ TOKEN: 'a-token-of-16-chars', WING: 'left' }, yaml);
    expect(settings.port).toBe(9001);
    expect(settings.adminToken?.reveal()).toBe('a-token-of-16-chars');
    expect(settings.channels).toMatchObject([
      {
        name: 'north',
        agent: 'north oracle',
        groups: { scope: 'topic', answer: 'mentioned' },
        config: { ringSecret: 'ring-from-file' },
      },
      {
        name: 'south',
        agent: 'south oracle',
        config: { loft: 'south-left', ringSecret: '${not-a-reference}', limits: { perHour: 3 } },
      },
    ]);
  });

  it('may refer to variables that are named like ours, and one of these that is misspelt is found', async () => {
    const { warnings } = await load(
      { PIGEON_NORTH_RING_SECRET: 'ring-secret-1', PIGEON_NORTH_LOFTT: 'n', PIGEON_NORTH_LOFT: 'n' },
      'channels: [{ platform: pigeon, loft: "${PIGEON_NORTH_LOFT}", ringSecret: "${PIGEON_NORTH_RING_SECRET}" }]',
    );
    expect(warnings.map(({ en }) => en)).toEqual([
      expect.stringMatching(/^No agent/),
      'The variable PIGEON_NORTH_LOFTT sets nothing; did you mean PIGEON_NORTH_LOFT?',
    ]);
  });

  it('yields to the environment', async () => {
    const settings = await load(
      { PORT: '9002', PIGEON_RING_SECRET: 'from-environment' },
      'port: 9001\nchannels: [{ platform: pigeon, loft: n, ringSecret: from-the-file }]',
    );
    expect(settings.port).toBe(9002);
    expect(settings.channels).toMatchObject([
      { name: 'pigeon', config: { loft: 'n', ringSecret: 'from-environment' } },
    ]);
  });

  it('yields to the environment in how groups are answered, too', async () => {
    const yaml = 'channels: [{ platform: pigeon, loft: n, ringSecret: from-the-file, groups: { answer: always } }]';
    const settings = await load({ PIGEON_GROUP_SCOPE: 'topic' }, yaml);
    expect(settings.channels[0]?.groups).toEqual({ scope: 'topic', answer: 'always' });
    expect(await faults({ PIGEON_GROUP_SCOPE: 'everyone' }, yaml)).toEqual([
      'PIGEON_GROUP_SCOPE: is "everyone", expected one of member, topic, group',
    ]);
  });

  it('keeps the environment from adding an app beside those it names', async () => {
    const settings = await load(
      { ...GOOD },
      'channels: [{ name: east, platform: pigeon, loft: "${PIGEON_LOFT}", ringSecret: "${PIGEON_RING_SECRET}" }]',
    );
    expect(settings.channels.map(({ name }) => name)).toEqual(['east']);
  });

  it('is found by POSTHOUSE_CONFIG', async () => {
    const path = write('port: 9003');
    expect((await loadSettings({ env: { ...GOOD, POSTHOUSE_CONFIG: path }, ...kinds })).port).toBe(9003);
  });
});

describe('what must not leave', () => {
  it('is masked without a word in the settings', async () => {
    const { privacy } = await load(GOOD);
    expect(privacy.out).toBe(true);
    expect(new Set(Object.values(privacy.kinds))).toEqual(new Set(['mask']));
    expect(privacy.custom).toEqual([]);
    expect(privacy.in).toBe('off');
  });

  it('is settled kind by kind, by file and environment', async () => {
    const yaml =
      "privacy:\n  out: off\n  kinds: { email: allow }\n  custom:\n    - { name: staff, pattern: 'EMP\\d{6}' }";
    const { privacy } = await load(
      { ...GOOD, PRIVACY_OUT: 'on', PRIVACY_PLATE: 'block', PRIVACY_IN: 'placeholder' },
      yaml,
    );
    expect(privacy).toMatchObject({
      out: true,
      in: 'placeholder',
      kinds: { email: 'allow', plate: 'block', mobile: 'mask' },
    });
    expect(privacy.custom).toEqual([{ name: 'staff', pattern: 'EMP\\d{6}', policy: 'mask' }]);
  });

  it.each([
    ['{ out: perhaps }', 'true or false'],
    ['{ kinds: { mobile: hide } }', 'one of mask, placeholder, block, allow'],
    ['{ in: allow }', 'one of off, placeholder, mask, block'],
    ['{ rules: [{ kinds: [mobil], policy: allow }] }', 'expected one of mobile, landline'],
    ['{ rules: [{ kinds: [mobile] }] }', 'one of mask, placeholder, block, allow'],
    ["{ custom: [{ name: a, pattern: 'x+' }] }", 'write {1,20}'],
    ["{ custom: [{ name: a, pattern: '(' }] }", 'a regular expression'],
    ["{ custom: [{ name: email, pattern: 'x' }] }", 'choose another'],
  ])('is refused when it cannot be meant: privacy: %s', async (yaml, words) => {
    expect(await faults(GOOD, `privacy: ${yaml}`)).toEqual([expect.stringContaining(words)]);
  });
});

describe('secrets', () => {
  it('do not show in JSON or in an inspection of the settings', async () => {
    const settings = await load({ ...GOOD, ADMIN_TOKEN: 'very-secret-admin-token' });
    for (const shown of [JSON.stringify(settings), inspect(settings, { depth: 9 }), String(settings.adminToken)]) {
      expect(shown).not.toContain('ring-secret-1');
      expect(shown).not.toContain('very-secret-admin-token');
      expect(shown).toContain('***');
    }
  });
});

const CHANNEL = 'channels: [{ platform: pigeon, loft: n, ringSecret: ring-secret-1 }]\n';

describe('a fault in the settings is one sentence with its name, what was found and what is expected', () => {
  const cases: readonly (readonly [
    what: string,
    env: Record<string, string>,
    yaml: string | undefined,
    expected: string,
  ])[] = [
    [
      'nothing at all',
      {},
      undefined,
      'channels: is empty, expected at least one: set PIGEON_LOFT and PIGEON_RING_SECRET, or write it into posthouse.yaml. To just try it, run: posthouse demo',
    ],
    ['half an app', { PIGEON_LOFT: 'north' }, undefined, 'PIGEON_RING_SECRET: is not set. Loft management → ring'],
    [
      'a word that is no choice',
      { ...GOOD, PIGEON_MODE: 'dusk' },
      undefined,
      'PIGEON_MODE: is "dusk", expected one of day, night',
    ],
    [
      'an address without a scheme',
      { ...GOOD, PIGEON_BASE_URL: 'pigeon.example' },
      undefined,
      'PIGEON_BASE_URL: is "pigeon.example", expected an address such as https://example.com',
    ],
    [
      'a password in an address',
      { ...GOOD, PIGEON_BASE_URL: 'ftp://me:hush@pigeon.example' },
      undefined,
      'PIGEON_BASE_URL: is "ftp://***@pigeon.example", expected an address such as https://example.com',
    ],
    [
      'a secret too short',
      { ...GOOD, PIGEON_RING_SECRET: 'hush' },
      undefined,
      'PIGEON_RING_SECRET: is (a value that is not shown), expected at least 8 characters',
    ],
    [
      'two settings that do not fit',
      { ...GOOD, PIGEON_LOFT: 'attic', PIGEON_MODE: 'night' },
      undefined,
      'PIGEON_MODE: is "night", the attic is closed at night, choose another loft',
    ],
    ['a port that is a word', { ...GOOD, PORT: 'http' }, undefined, 'PORT: is "http", expected a number'],
    [
      'a port out of range',
      { ...GOOD, PORT: '70000' },
      undefined,
      'PORT: is 70000, expected a number of at most 65535',
    ],
    ['half a port', { ...GOOD, PORT: '80.5' }, undefined, 'PORT: is 80.5, expected a whole number'],
    [
      'an admin token one can guess',
      { ...GOOD, ADMIN_TOKEN: '1234' },
      undefined,
      'ADMIN_TOKEN: is (a value that is not shown), expected at least 16 characters',
    ],
    [
      'a log level of another program',
      { ...GOOD, LOG_LEVEL: 'verbose' },
      undefined,
      'LOG_LEVEL: is "verbose", expected one of debug, info, warn, error, silent',
    ],
    [
      'a public address that is none',
      { ...GOOD, PUBLIC_URL: 'bot.example.com' },
      undefined,
      'PUBLIC_URL: is "bot.example.com", expected an address such as https://example.com',
    ],
    [
      'a database of another kind',
      { ...GOOD, DATABASE_URL: 'mysql://me:hush@db/x' },
      undefined,
      'DATABASE_URL: expected the path of a file, such as data/posthouse.db, or a postgres:// address',
    ],
    ['neither yes nor no', { ...GOOD, TRACES: 'maybe' }, undefined, 'TRACES: is "maybe", expected true or false'],
    [
      'events forgotten too early',
      { ...GOOD, RETENTION_INBOX_DAYS: '0.1' },
      undefined,
      'RETENTION_INBOX_DAYS: is 0.1, expected a number of at least 1',
    ],
    [
      'a session of no time',
      { ...GOOD, SESSION_IDLE_DAYS: '0' },
      undefined,
      'SESSION_IDLE_DAYS: is 0, expected a number above 0',
    ],
    [
      'a group scope that is no choice',
      { ...GOOD, PIGEON_GROUP_SCOPE: 'everyone' },
      undefined,
      'PIGEON_GROUP_SCOPE: is "everyone", expected one of member, topic, group',
    ],
    [
      'an agent that is not there',
      { ...GOOD, DEFAULT_AGENT: 'sphinx' },
      undefined,
      'DEFAULT_AGENT: is "sphinx", expected one of the agents echo',
    ],
    [
      'an age at which no question could be answered',
      { ...GOOD, WORK_RECOVER_MAX_MINUTES: '0' },
      undefined,
      'WORK_RECOVER_MAX_MINUTES: is 0, expected a number of at least 1',
    ],
    [
      'a proxy without a scheme',
      { ...GOOD, HTTPS_PROXY: 'proxy:3128' },
      undefined,
      'HTTPS_PROXY: is no address of a proxy, expected one such as http://proxy.example:3128',
    ],
    [
      "an agent's own words",
      { ...GOOD, ORACLE_API_KEY: 'or-1' },
      undefined,
      'ORACLE_MOUNTAIN: is missing: the mountain it sits on',
    ],
    [
      "an agent's own words about a value",
      { ...GOOD, ORACLE_MOUNTAIN: 'x', ORACLE_API_KEY: 'sk-1' },
      undefined,
      'ORACLE_API_KEY: is (a value that is not shown), must begin with or-',
    ],
    [
      'a secret file that is not there',
      { PIGEON_LOFT: 'n', PIGEON_RING_SECRET_FILE: '/no/such/file' },
      undefined,
      'PIGEON_RING_SECRET_FILE: names the file "/no/such/file", which cannot be read (ENOENT), expected a readable file',
    ],
    [
      'a secret twice',
      { ...GOOD, PIGEON_RING_SECRET_FILE: '/x' },
      undefined,
      'PIGEON_RING_SECRET_FILE: is set together with PIGEON_RING_SECRET, keep only one of them',
    ],
    ['no YAML', GOOD, 'port: 1\nhost: "x\n', 'posthouse.yaml line 3: is not valid YAML (Missing closing "quote)'],
    [
      'one setting twice',
      GOOD,
      'port: 1\nport: 2\n',
      'posthouse.yaml line 2: is not valid YAML (Map keys must be unique)',
    ],
    ['an alias of nothing', GOOD, 'port: *p\n', 'posthouse.yaml line 1: uses an alias (*name) that stands for nothing'],
    [
      'an alias within itself',
      GOOD,
      'work: &w\n  maxActive: *w\n',
      'posthouse.yaml line 1: is nested too deeply, or holds an alias (*name) within itself',
    ],
    [
      'brackets without end',
      GOOD,
      `port: ${'['.repeat(20_000)}\n`,
      'posthouse.yaml line 1: is nested too deeply, or holds an alias (*name) within itself',
    ],
    [
      'a list where settings belong',
      GOOD,
      '- port\n',
      'posthouse.yaml line 1: holds no settings, expected lines of "name: value"',
    ],
    [
      'a slip of the hand',
      {},
      `${CHANNEL}prot: 1\n`,
      'posthouse.yaml line 2, prot: is not a setting of posthouse, did you mean port?',
    ],
    [
      'a slip of the hand in a block',
      {},
      `${CHANNEL}work:\n  maxActiv: 5\n`,
      'posthouse.yaml line 3, work.maxActiv: is not a setting of posthouse, did you mean maxActive?',
    ],
    [
      'a word where a block belongs',
      {},
      `${CHANNEL}work: fast\n`,
      'posthouse.yaml line 2, work: is "fast", expected a block of settings',
    ],
    [
      'channels that are no list',
      {},
      'channels:\n  platform: pigeon\n',
      'posthouse.yaml line 1, channels: is a block of settings, expected a list',
    ],
    [
      'a channel that is a word',
      {},
      'channels:\n  - pigeon\n',
      'posthouse.yaml line 2, channels[0]: is no block of settings, expected "name: value" lines',
    ],
    [
      'a platform that nobody knows',
      {},
      'channels:\n  - platform: owl\n',
      'posthouse.yaml line 2, channels[0].platform: is "owl", expected one of pigeon',
    ],
    [
      'a channel without a platform',
      {},
      'channels:\n  - name: x\n',
      'posthouse.yaml line 2, channels[0].platform: is not set, expected one of pigeon',
    ],
    [
      'two channels of one name',
      {},
      'channels:\n  - { name: a, platform: pigeon, loft: n, ringSecret: ring-secret-1 }\n  - { name: a, platform: pigeon, loft: m, ringSecret: ring-secret-1 }\n',
      'posthouse.yaml line 3, channels[1].name: is "a" a second time, expected a name of its own for each of channels',
    ],
    [
      'a channel name with a slash',
      {},
      'channels:\n  - { name: a/b, platform: pigeon, loft: n, ringSecret: ring-secret-1 }\n',
      'posthouse.yaml line 2, channels[0].name: is "a/b", expected lower-case letters, digits and hyphens, at most 40',
    ],
    [
      'a setting of another platform',
      {},
      'channels:\n  - platform: pigeon\n    loft: n\n    ringSecrte: ring-secret-1\n    ringSecret: ring-secret-1\n',
      'posthouse.yaml line 4, channels[0].ringSecrte: is not a setting of pigeon, did you mean ringSecret?',
    ],
    [
      'a number where text belongs',
      {},
      'channels:\n  - platform: pigeon\n    loft: 7\n    ringSecret: ring-secret-1\n',
      'posthouse.yaml line 3, channels[0].loft: is 7, expected text (put digits in quotes)',
    ],
    [
      'a number out of range in a block',
      {},
      'channels:\n  - platform: pigeon\n    loft: n\n    ringSecret: ring-secret-1\n    limits:\n      perHour: 500\n',
      'posthouse.yaml line 6, channels[0].limits.perHour: is 500, expected a number of at most 100',
    ],
    [
      "a channel's agent that is not there",
      {},
      'channels:\n  - platform: pigeon\n    loft: n\n    ringSecret: ring-secret-1\n    agent: sphinx\n',
      'posthouse.yaml line 5, channels[0].agent: is "sphinx", expected one of the agents echo',
    ],
    [
      'a reference to an unset variable',
      {},
      'channels:\n  - platform: pigeon\n    loft: ${WING}\n    ringSecret: ring-secret-1\n',
      'posthouse.yaml line 3, channels[0].loft: refers to the environment variable WING, which is not set',
    ],
    [
      'an agent of a kind that nobody knows',
      GOOD,
      'agents:\n  - { name: x, kind: sphinx }\n',
      'posthouse.yaml line 2, agents[0].kind: is "sphinx", expected one of oracle',
    ],
  ];

  for (const [what, env, yaml, expected] of cases) {
    it(what, async () => expect(await faults(env, yaml)).toContain(expected));
  }

  it('a settings file that is not there', async () => {
    const path = join(folder, 'none.yaml');
    await expect(loadSettings({ env: GOOD, file: path, ...kinds })).rejects.toThrow(
      `${path}: does not exist, expected a settings file in YAML`,
    );
  });

  it('a file reference that leads nowhere', async () => {
    const [fault] = await faults(
      {},
      'channels:\n  - platform: pigeon\n    loft: n\n    ringSecret: file:no-such-file\n',
    );
    expect(fault).toMatch(
      /^posthouse\.yaml line 4, channels\[0\]\.ringSecret: names the file ".*no-such-file", which cannot be read \(ENOENT\), expected a readable file$/,
    );
  });
});

describe('the faults of the settings', () => {
  it('come all at once', async () => {
    const found = await faults({ PORT: 'x', LOG_LEVEL: 'y', PIGEON_LOFT: 'n', PIGEON_MODE: 'dusk' });
    expect(found.map((text) => text.split(':')[0])).toEqual(['PORT', 'LOG_LEVEL', 'PIGEON_RING_SECRET', 'PIGEON_MODE']);
  });

  it('come in Chinese too', async () => {
    const wrong = load({ ...GOOD, PORT: 'x', PIGEON_MODE: 'dusk', PIGEON_RING_SECRET: 'hush' });
    const error = await wrong.then(
      () => expect.fail('wrong settings were taken'),
      (thrown: SettingsError) => thrown,
    );
    expect(error.faults.map((fault) => sentence(fault, 'zh'))).toEqual([
      'PORT：现在是“x”，应为数字',
      'PIGEON_RING_SECRET：现在是（内容不显示），应为至少 8 个字符',
      'PIGEON_MODE：现在是“dusk”，应为 day、night 之一',
    ]);
  });

  it('never show a secret, whatever is wrong with it', async () => {
    const all = await faults({
      PIGEON_LOFT: 'n',
      PIGEON_RING_SECRET: 'hush',
      ADMIN_TOKEN: 'hush-hush',
      ORACLE_API_KEY: 'hush-key',
    });
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all.join('\n')).not.toContain('hush');
  });

  it('keep a sentence to one line', async () => {
    const [fault] = await faults({ ...GOOD, PIGEON_MODE: `a\nb${'c'.repeat(300)}` });
    expect(fault).toMatch(/^PIGEON_MODE: is "a bc{57}…", expected one of day, night$/);
  });
});
