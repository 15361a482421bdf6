import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AGENTS } from '../../src/agents/registry.ts';
import { agentKind, platformKind } from '../../src/config/kinds.ts';
import { knownVariables, loadSettings } from '../../src/config/load.ts';
import { Secret } from '../../src/config/secret.ts';
import { PLATFORMS } from '../../src/platforms/registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-every-setting-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const OTHER_KEY = KEY.replace('jW', 'kX');

/** An app of each platform, and an agent of each kind. */
const ALL: Readonly<Record<string, string>> = {
  FEISHU_APP_ID: 'cli_495adb32c39f904d',
  FEISHU_APP_SECRET: 's',
  FEISHU_ENCRYPT_KEY: 'k',
  WECOM_CORP_ID: 'ww5bb9ac0b6f2f9f6e',
  WECOM_AGENT_ID: '1000002',
  WECOM_SECRET: 's',
  WECOM_TOKEN: 't0k3n',
  WECOM_ENCODING_AES_KEY: KEY,
  WECOM_BOT_ID: 'aib-1',
  WECOM_BOT_SECRET: 's',
  WECOM_BOT_TOKEN: 't0k3n',
  WECOM_BOT_ENCODING_AES_KEY: KEY,
  WECOM_KF_SECRET: 's',
  WECOM_KF_TOKEN: 't0k3n',
  WECOM_KF_ENCODING_AES_KEY: KEY,
  DINGTALK_CLIENT_ID: 'ding1',
  DINGTALK_CLIENT_SECRET: 's',
  DINGTALK_CARD_ROUTE_KEY: 'route',
  DINGTALK_CARD_SECRET: 's',
  DINGTALK_EVENT_TOKEN: 't0k3n',
  DINGTALK_EVENT_AES_KEY: KEY,
  DIFY_BASE_URL: 'https://dify.example/v1',
  DIFY_API_KEY: 'app-1',
  ECHO_TITLE: 'Parrot',
};

/** Another value for each variable that is no plain word. */
const OTHER: Readonly<Record<string, string>> = {
  ACCESS_ADMINISTRATORS: 'wecom/wang, feishu/ou_1',
  ADMIN_TOKEN: 'a-token-of-16-chars',
  ALERTS_LANG: 'en',
  ALERTS_TO: 'wecom:user:wang, feishu:chat:oc_1',
  DATABASE_URL: 'postgres://posthouse@db/posthouse',
  DEFAULT_AGENT: 'echo',
  DIFY_API_KEY: 'app-2',
  DIFY_BASE_URL: 'https://other.example/v1',
  DIFY_INPUTS: '{"tone":"short"}',
  DIFY_MODE: 'workflow',
  DINGTALK_MODE: 'webhook',
  FEISHU_MODE: 'socket',
  FEISHU_REACTIONS: 'off',
  LOG_FORMAT: 'text',
  LOG_LEVEL: 'warn',
  OTEL_TRACES_SAMPLER_ARG: '0.1',
  PEOPLE_DIRECTORY: 'yes',
  PEOPLE_TRUST: 'email, mobile',
  POSTHOUSE_CONFIG: join(folder, 'posthouse.yaml'),
  PRIVACY_IN: 'placeholder',
  PRIVACY_OUT: 'off',
  REDIS_URL: 'rediss://redis.example',
  ROLE: 'worker',
  STORE_KEYS: `k1:${'A'.repeat(43)}=`,
  TRACES: 'on',
  WECOM_BOT_MODE: 'webhook',
  WECOM_BOT_WS_URL: 'wss://bot.example',
  WECOM_FORMAT: 'text',
  WECOM_KF_SUMMARY: 'agent',
  WECOM_MENU: 'commands',
};

/** By how names end. */
const BY_ENDING: readonly (readonly [RegExp, string])[] = [
  [/_AES_KEY$/, OTHER_KEY],
  [/_BASE_URL$|_ENDPOINT$|^PUBLIC_URL$/, 'https://other.example'],
  [/_GROUP_SCOPE$/, 'topic'],
  [/_GROUP_ANSWER$/, 'always'],
  [/_BUTTONS$/, 'false'],
  [/^PRIVACY_/, 'block'],
  [/^PORT$|_TIMEOUT_MS$|_PER_MONTH$/, '4321'],
  [/_(?:DAYS|HOURS|SECONDS|MINUTES|MS|AFTER|ACTIVE|ATTEMPTS|CONCURRENT)$/, '6'],
  [/_AGENT_ID$/, '1000003'],
  [/./, 'other1'],
];

const otherOf = (name: string): string => OTHER[name] ?? BY_ENDING.find(([ending]) => ending.test(name))?.[1] ?? '';

/** What becomes of the environment, with the secrets open. */
async function loaded(env: Readonly<Record<string, string>>): Promise<string> {
  const settings = await loadSettings({ env, platforms: Object.values(PLATFORMS), agents: Object.values(AGENTS) });
  return JSON.stringify(open({ ...settings, warnings: [] }));
}

function open(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, open(part)]));
}

const VARIABLES = [
  ...new Set(knownVariables(Object.values(PLATFORMS).map(platformKind), Object.values(AGENTS).map(agentKind))),
];

describe('every variable of the settings page', () => {
  writeFileSync(join(folder, 'posthouse.yaml'), 'port: 1234\n');

  it.each(VARIABLES)('%s changes the settings, by itself and by a file', async (name) => {
    const value = otherOf(name);
    const { [name]: _, ...rest } = ALL;
    const changed = await loaded({ ...rest, [name]: value });
    expect(changed).not.toBe(await loaded(ALL));
    const path = join(folder, name);
    writeFileSync(path, `${value}\n`);
    expect(await loaded({ ...rest, [`${name}_FILE`]: path })).toBe(changed);
  });
});
