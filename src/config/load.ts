import { existsSync } from 'node:fs';
import type { AgentDefinition } from '../core/agent-definition.ts';
import { GatewayError } from '../core/errors.ts';
import { id } from '../core/ids.ts';
import type { InLanguages } from '../core/lang.ts';
import type { PrivacySettings } from '../core/personal-data.ts';
import type { PlatformDefinition } from '../core/platform-definition.ts';
import { parsePushTo } from '../core/push-to.ts';
import type { RobotDefinition } from '../core/robot-definition.ts';
import { type Entry, readEntries, unknownSetting, valueAt } from './entries.ts';
import { type Env, readEnvironment } from './environment.ts';
import { issueText, nearest, type SettingFault, same, sentence } from './faults.ts';
import { GENERAL_SETTINGS, type GeneralSettings, generalSchema } from './general.ts';
import type { GeneralSetting } from './general-setting.ts';
import { agentKind, envNamesOf, groupEnvNames, type Kind, platformKind, robotKind } from './kinds.ts';
import { PRIVACY_SETTINGS } from './privacy.ts';
import { conceal, Secret } from './secret.ts';
import type { AgentSettings, ChannelSettings, GroupSettings, Settings } from './settings.ts';
import type { Path, SettingsFile } from './settings-file.ts';

export interface SettingsSources {
  readonly env: Env;
  /** The settings file; when absent `POSTHOUSE_CONFIG`, else `posthouse.yaml` in the working directory if it is there. */
  readonly file?: string;
  readonly platforms: readonly PlatformDefinition[];
  readonly agents: readonly AgentDefinition[];
  readonly robots?: readonly RobotDefinition[];
}

/** Settings that are wrong, with every fault; the start ends here. */
export class SettingsError extends GatewayError {
  readonly faults: readonly SettingFault[];
  /** Variables that set nothing: one of them may be why something is missing. */
  readonly suspects: readonly InLanguages[];

  constructor(faults: readonly SettingFault[], suspicious: readonly InLanguages[] = []) {
    // One sentence for each setting: what follows from the first fault would only hide it.
    const first = faults.filter(
      ({ setting }, index) => faults.findIndex((other) => other.setting.en === setting.en) === index,
    );
    super('config_invalid', first.map((fault) => sentence(fault, 'en')).join('\n'));
    this.faults = first;
    this.suspects = suspicious;
  }
}

const DEFAULT_FILE = 'posthouse.yaml';

/**
 * Reads and checks everything the gateway is told: the settings file first, then the environment over it.
 * @throws {SettingsError} with all faults at once.
 */
export async function loadSettings(sources: SettingsSources): Promise<Settings> {
  const faults: SettingFault[] = [];
  const warnings: InLanguages[] = [];
  const platforms = sources.platforms.map(platformKind);
  const agents = sources.agents.map(agentKind);
  const known = knownVariables(platforms, agents);
  const environment = readEnvironment(sources.env, [...known, ...PROXY_VARIABLES]);
  faults.push(...environment.faults);
  const { env } = environment;

  const file = await openFile(sources.file ?? env['POSTHOUSE_CONFIG'], env);
  faults.push(...(file?.faults ?? []));
  const general = readGeneral(file, env, faults);
  const channelEntries = readEntries({ list: 'channels', kindKey: 'platform', kinds: platforms }, file, env, faults);
  const agentEntries = readEntries({ list: 'agents', kindKey: 'kind', kinds: agents }, file, env, faults);
  const robotKinds = (sources.robots ?? []).map(robotKind);
  const robotEntries = readEntries({ list: 'robots', kindKey: 'platform', kinds: robotKinds }, file, env, faults);
  checkRobotNames(channelEntries, robotEntries, faults);
  checkAlerts(general, [...channelEntries, ...robotEntries], file, faults);
  const hasOwnFaults = faults.length > 0;
  if (!hasOwnFaults && channelEntries.length === 0) faults.push(noChannel(platforms));
  if (agentEntries.length === 0 && !hasOwnFaults) warnings.push(ONLY_ECHO);
  const names = agentEntries.length > 0 ? agentEntries.map(({ name }) => name) : ['echo'];
  if (!hasOwnFaults) checkAgentNames(general, channelEntries, names, file, faults);
  const proxy = readProxy(env, faults);
  const suspicious = suspects(env, new Set([...known, ...(file?.variables ?? [])]), [...platforms, ...agents]);
  warnings.push(...suspicious);
  if (general?.redisUrl !== undefined && !general.databaseUrl.startsWith('postgres')) warnings.push(REDIS_ALONE);
  if (faults.length > 0 || general === undefined) throw new SettingsError(faults, suspicious);

  const { adminToken, publicUrl, defaultAgent, storeKeys, routes, ...rest } = general;
  const first = id<AgentSettings['name']>(defaultAgent ?? names[0] ?? 'echo');
  return {
    ...rest,
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    adminToken: adminToken === undefined ? undefined : new Secret(adminToken),
    storeKeys: storeKeys === undefined ? undefined : new Secret(storeKeys),
    channels: channelEntries.map((entry) => channelOf(entry, first)),
    agents: agentEntries.length > 0 ? agentEntries.map(agentOf) : [echoAgent(agents)],
    robots: robotEntries.map(({ name, kind, config }) => ({ name: id(name), platform: kind, config: conceal(config) })),
    defaultAgent: first,
    routes: routes.map((route) => ({ ...route, agent: id(route.agent) })),
    proxy,
    noProxy: env['NO_PROXY'] ?? env['no_proxy'],
    file: file?.path,
    warnings,
  };
}

/**
 * What the settings say of personal data; the rest of them may be missing, or wrong.
 * @throws {SettingsError} with all faults at once.
 */
export async function loadPrivacy(env: Env, path: string): Promise<PrivacySettings> {
  const names = Object.values(PRIVACY_SETTINGS).flatMap((setting) => setting.env ?? []);
  const environment = readEnvironment(env, names);
  const { readSettingsFile } = await import('./settings-file.ts');
  const file = readSettingsFile(path, env, 'privacy');
  const faults = [...environment.faults, ...file.faults];
  const own = Object.fromEntries(names.map((name) => [name, environment.env[name]]));
  const general = readGeneral(file, own, faults);
  if (faults.length > 0 || general === undefined) throw new SettingsError(faults);
  return general.privacy;
}

async function openFile(path: string | undefined, env: Env): Promise<SettingsFile | undefined> {
  if (path === undefined && !existsSync(DEFAULT_FILE)) return undefined;
  // The YAML parser is loaded only where there is something to parse: most gateways have no file.
  const { readSettingsFile } = await import('./settings-file.ts');
  return readSettingsFile(path ?? DEFAULT_FILE, env);
}

function readGeneral(file: SettingsFile | undefined, env: Env, faults: SettingFault[]): GeneralSettings | undefined {
  const { channels: _channels, agents: _agents, robots: _robots, ...raw } = structuredClone({ ...file?.value });
  const fromEnv = new Set<string>();
  for (const [path, setting] of Object.entries(GENERAL_SETTINGS)) {
    const parts = path.split('.');
    const fromVariable = setting.env === undefined ? undefined : env[setting.env];
    if (fromVariable !== undefined) fromEnv.add(path);
    const value = typed(fromVariable ?? valueAt(raw, parts), setting.kind);
    if (value !== undefined) setAt(raw, parts, value);
  }
  const where = (path: Path): InLanguages => {
    const setting = GENERAL_SETTINGS[path.join('.')];
    const variable = setting?.env === undefined ? undefined : same(setting.env);
    if (variable !== undefined && (fromEnv.has(path.join('.')) || file === undefined)) return variable;
    return file?.name(path) ?? same(path.join('.'));
  };
  const result = generalSchema.safeParse(raw);
  for (const issue of result.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      const names = [...namesBelow(issue.path), ...(issue.path.length === 0 ? ['channels', 'agents', 'robots'] : [])];
      for (const key of issue.keys) {
        faults.push({ setting: where([...issue.path, key]), text: unknownSetting(key, 'posthouse', names) });
      }
    } else {
      faults.push({ setting: where(issue.path), text: issueText(issue, valueAt(raw, issue.path), undefined) });
    }
  }
  if (/^(?!file:|sqlite:|postgres:|postgresql:)[a-z][a-z0-9+]*:\/\//i.test(result.data?.databaseUrl ?? '')) {
    faults.push({ setting: where(['databaseUrl']), text: NO_STORE });
  }
  return result.data;
}

const REDIS_ALONE: InLanguages = {
  zh: 'REDIS_URL 没有作用：存储是 SQLite 文件，只有一个进程。多个进程请用 PostgreSQL（DATABASE_URL）。',
  en: 'REDIS_URL has no effect: the store is a SQLite file, for one process. For several, use PostgreSQL (DATABASE_URL).',
};

const NO_STORE: InLanguages = {
  zh: '应为文件路径（如 data/posthouse.db）或 postgres:// 地址',
  en: 'expected the path of a file, such as data/posthouse.db, or a postgres:// address',
};

/** What a text says, where a number or a yes is expected; anything else is left for the schema to refuse. */
function typed(value: unknown, kind: GeneralSetting['kind']): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (kind === 'boolean' && /^(true|1|yes|on)$/i.test(text)) return true;
  if (kind === 'boolean' && /^(false|0|no|off)$/i.test(text)) return false;
  return value;
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = target[name] ?? {};
  // A text where a block belongs stays there, for the schema to refuse.
  if (typeof inner !== 'object' || Array.isArray(inner)) return;
  setAt(inner as Record<string, unknown>, rest, value);
  target[name] = inner;
}

function namesBelow(path: Path): string[] {
  const prefix = path.map((part) => `${String(part)}.`).join('');
  const names = Object.keys(GENERAL_SETTINGS).filter((name) => name.startsWith(prefix));
  return [...new Set(names.map((name) => name.slice(prefix.length).split('.')[0] ?? ''))];
}

function checkAgentNames(
  general: GeneralSettings | undefined,
  channels: readonly Entry[],
  names: readonly string[],
  file: SettingsFile | undefined,
  faults: SettingFault[],
): void {
  const text = (name: string): InLanguages => ({
    zh: `现在是“${name}”，应为 ${names.join('、')} 之一`,
    en: `is "${name}", expected one of the agents ${names.join(', ')}`,
  });
  const standard = general?.defaultAgent;
  if (standard !== undefined && !names.includes(standard)) {
    faults.push({ setting: file?.name(['defaultAgent']) ?? same('DEFAULT_AGENT'), text: text(standard) });
  }
  for (const [index, { agent }] of (general?.routes ?? []).entries()) {
    const path = ['routes', index, 'agent'];
    if (!names.includes(agent)) faults.push({ setting: file?.name(path) ?? same(path.join('.')), text: text(agent) });
  }
  for (const channel of channels) {
    const agent = channel.common['agent'];
    if (typeof agent === 'string' && !names.includes(agent))
      faults.push({ setting: channel.where(['agent']), text: text(agent) });
  }
}

function checkAlerts(
  general: GeneralSettings | undefined,
  known: readonly Entry[],
  file: SettingsFile | undefined,
  faults: SettingFault[],
): void {
  const names = known.map(({ name }) => name);
  for (const text of general?.alerts.to ?? []) {
    const to = parsePushTo(text);
    if (to === undefined || to.kind === 'person' || names.includes(to.channel)) continue;
    faults.push({
      setting: file?.name(['alerts', 'to']) ?? same('ALERTS_TO'),
      text: {
        zh: `指向“${to.channel}”，应为 ${names.join('、')} 之一`,
        en: `names "${to.channel}", expected one of ${names.join(', ')}`,
      },
    });
  }
}

/** A message is addressed by one name, whether it goes to a channel or to a robot. */
function checkRobotNames(channels: readonly Entry[], robots: readonly Entry[], faults: SettingFault[]): void {
  const taken = new Set(channels.map(({ name }) => name));
  for (const { name, where } of robots.filter((robot) => taken.has(robot.name))) {
    const text = {
      zh: `“${name}”已是渠道的名称，机器人应另取名称`,
      en: `is "${name}", which a channel is called already, expected a name of its own`,
    };
    faults.push({ setting: where(['name']), text });
  }
}

function channelOf(entry: Entry, defaultAgent: AgentSettings['name']): ChannelSettings {
  const agent = entry.common['agent'];
  return {
    name: id(entry.name),
    platform: entry.kind,
    agent: typeof agent === 'string' ? id(agent) : defaultAgent,
    groups: entry.common['groups'] as GroupSettings,
    config: conceal(entry.config),
  };
}

function agentOf(entry: Entry): AgentSettings {
  return { name: id(entry.name), kind: entry.kind, config: conceal(entry.config) };
}

const ONLY_ECHO: InLanguages = {
  zh: '没有配置智能体，机器人只会重复提问（echo）。设置 DIFY_BASE_URL 和 DIFY_API_KEY 即可接入 Dify。',
  en: 'No agent is configured, so the bot only repeats what it is asked (echo). Set DIFY_BASE_URL and DIFY_API_KEY to connect Dify.',
};

function echoAgent(kinds: readonly Kind[]): AgentSettings {
  const config = kinds.find(({ name }) => name === 'echo')?.schema.safeParse({}).data;
  return { name: id('echo'), kind: 'echo', config: config ?? {} };
}

function noChannel(platforms: readonly Kind[]): SettingFault {
  const needed = (and: string, or: string) => platforms.map((kind) => envNamesOf(kind).slice(0, 2).join(and)).join(or);
  return {
    setting: same('channels'),
    text: {
      zh: `没有配置任何渠道，应至少有一个：设置 ${needed(' 和 ', '，或 ')}，或写在 posthouse.yaml 中。先试用请运行：posthouse demo`,
      en: `is empty, expected at least one: set ${needed(' and ', ', or ')}, or write it into posthouse.yaml. To just try it, run: posthouse demo`,
    },
  };
}

/** Not ours by name, yet a proxy's address may hold a password as any secret does. */
const PROXY_VARIABLES = ['HTTPS_PROXY', 'NO_PROXY', 'https_proxy', 'no_proxy'];

function readProxy(env: Env, faults: SettingFault[]): string | undefined {
  const name = env['HTTPS_PROXY'] === undefined ? 'https_proxy' : 'HTTPS_PROXY';
  const proxy = env[name];
  if (proxy === undefined || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) return proxy;
  const text = {
    zh: '不是有效的代理地址，应为形如 http://proxy.example:3128 的地址',
    en: 'is no address of a proxy, expected one such as http://proxy.example:3128',
  };
  faults.push({ setting: same(name), text });
  return undefined;
}

/** Every variable that sets something. */
export function knownVariables(platforms: readonly Kind[], agents: readonly Kind[]): readonly string[] {
  const general = Object.values(GENERAL_SETTINGS).flatMap(({ env }) => env ?? []);
  const groups = platforms.flatMap(({ name }) => Object.values(groupEnvNames(name)));
  const kinds = [...platforms, ...agents].flatMap(envNamesOf);
  // Some are shared: one company has an app and customer service.
  return [...new Set(['POSTHOUSE_CONFIG', ...general, ...groups, ...kinds])];
}

/** Variables that look like ours and set nothing. */
function suspects(env: Env, known: ReadonlySet<string>, kinds: readonly Kind[]): InLanguages[] {
  const warnings: InLanguages[] = [];
  const prefixes = kinds.map(({ name }) => `${name.toUpperCase().replaceAll('-', '_')}_`);
  for (const name of Object.keys(env)) {
    const plain = name.replace(/_FILE$/, '');
    if (known.has(plain) || !prefixes.some((prefix) => name.startsWith(prefix))) continue;
    const near = nearest(plain, [...known]);
    if (near === undefined) continue;
    warnings.push({
      zh: `环境变量 ${name} 没有作用，是否想写 ${near}？`,
      en: `The variable ${name} sets nothing; did you mean ${near}?`,
    });
  }
  return warnings;
}
