import type { z } from 'zod';
import type { InLanguages } from '../core/lang.ts';
import type { Env } from './environment.ts';
import { issueText, nearest, type SettingFault, same, shownValue } from './faults.ts';
import { agentSchema, channelSchema, groupEnvNames, type Kind, robotSchema } from './kinds.ts';
import type { Path, SettingsFile } from './settings-file.ts';

/** A channel or an agent, checked. */
export interface Entry {
  readonly name: string;
  readonly kind: string;
  /** What every channel (agent) has. */
  readonly common: Readonly<Record<string, unknown>>;
  /** What its platform (kind) has. */
  readonly config: unknown;
  /** How the operator finds one of its settings again. */
  readonly where: (path: Path) => InLanguages;
}

/** One of the lists of the settings. */
export interface ListOf {
  readonly list: 'channels' | 'agents' | 'robots';
  /** The setting that says which kind an entry is. */
  readonly kindKey: 'platform' | 'kind';
  readonly kinds: readonly Kind[];
}

interface Raw {
  readonly kind: Kind;
  readonly common: Record<string, unknown>;
  readonly config: unknown;
  readonly where: (path: Path) => InLanguages;
}

/** Reads one list: from the file, overridden and completed by the environment. */
export function readEntries(of: ListOf, file: SettingsFile | undefined, env: Env, faults: SettingFault[]): Entry[] {
  const raws = [...fromFile(of, file, env, faults), ...fromEnvironment(of, file, env)];
  const entries = raws.map((raw) => check(of, raw, faults)).filter((entry) => entry !== undefined);
  reportTwins(of, entries, faults);
  return entries;
}

function fromFile(of: ListOf, file: SettingsFile | undefined, env: Env, faults: SettingFault[]): Raw[] {
  const list = file?.value[of.list];
  if (file === undefined || list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    const found = shownValue(list, of.list);
    const text = { zh: `现在是${found.zh}，应为列表`, en: `is ${found.en}, expected a list` };
    faults.push({ setting: file.name([of.list]), text });
    return [];
  }
  return list.flatMap((item: unknown, index) => itemOfFile(of, item, index, list, file, env, faults));
}

function itemOfFile(
  of: ListOf,
  item: unknown,
  index: number,
  list: readonly unknown[],
  file: SettingsFile,
  env: Env,
  faults: SettingFault[],
): Raw[] {
  const fault = (path: Path, text: InLanguages) => {
    faults.push({ setting: file.name([of.list, index, ...path]), text });
    return [];
  };
  if (!isBlock(item))
    return fault([], { zh: '应为一组设置', en: 'is no block of settings, expected "name: value" lines' });
  const kindName = item[of.kindKey];
  const kind = of.kinds.find(({ name }) => name === kindName);
  if (kind === undefined) return fault([of.kindKey], unknownKind(of, kindName));

  const commonNames = of.list === 'channels' ? ['name', 'agent', 'groups'] : ['name'];
  const common = pick(item, (name) => commonNames.includes(name));
  const own = pick(item, (name) => name !== of.kindKey && !commonNames.includes(name));
  const alone = list.filter((other) => isBlock(other) && other[of.kindKey] === kindName).length === 1;
  // The only one of its kind may go without a name; a robot's would be its platform's app's.
  if (common['name'] === undefined && alone && of.list !== 'robots') common['name'] = kind.name;

  const isOverridden = common['name'] === kind.name;
  const overrides = isOverridden ? kind.fromEnv(env) : undefined;
  const set = isBlock(overrides) ? overrides : {};
  const groups = isOverridden && of.list === 'channels' ? groupsOf(kind.name, env) : {};
  // What is no block stays, for the schema to refuse.
  const { groups: written = {} } = common;
  if (isBlock(written) && Object.keys(groups).length > 0) common['groups'] = { ...written, ...groups };
  const where = (path: Path): InLanguages => {
    const variable = variableOf(kind, path, set, groups);
    return variable === undefined ? file.name([of.list, index, ...path]) : same(variable);
  };
  return [{ kind, common, config: { ...own, ...set }, where }];
}

/** The variable that a setting was taken from; undefined where the file says it. */
function variableOf(kind: Kind, path: Path, set: object, groups: object): string | undefined {
  const [first, second] = path.map(String);
  if (first === undefined) return undefined;
  if (first in set) return kind.settings[first]?.env;
  return first === 'groups' && second !== undefined && second in groups ? groupVariable(kind.name, second) : undefined;
}

function groupVariable(platform: string, setting: string | undefined): string {
  const { answer, scope } = groupEnvNames(platform);
  return setting === 'answer' ? answer : scope;
}

/** The environment makes an entry of its own for each kind that the file says nothing of. */
function fromEnvironment(of: ListOf, file: SettingsFile | undefined, env: Env): Raw[] {
  const list = file?.value[of.list];
  const named = Array.isArray(list) ? list.map((item: unknown) => (isBlock(item) ? item[of.kindKey] : undefined)) : [];
  const absent = of.kinds.filter(({ name }) => !named.includes(name));
  return absent.flatMap((kind) => {
    const config = kind.fromEnv(env);
    if (config === undefined) return [];
    const common = of.list === 'channels' ? { name: kind.name, groups: groupsOf(kind.name, env) } : { name: kind.name };
    const where = (path: Path): InLanguages => {
      if (path[0] === 'groups') return same(groupVariable(kind.name, path.map(String)[1]));
      return same(kind.settings[String(path[0])]?.env ?? path.map(String).join('.'));
    };
    return [{ kind, common, config, where }];
  });
}

function groupsOf(platform: string, env: Env): Record<string, string> {
  const names = groupEnvNames(platform);
  const scope = env[names.scope];
  const answer = env[names.answer];
  return { ...(scope === undefined ? {} : { scope }), ...(answer === undefined ? {} : { answer }) };
}

const SCHEMAS = { channels: channelSchema, agents: agentSchema, robots: robotSchema } as const;

function check(of: ListOf, raw: Raw, faults: SettingFault[]): Entry | undefined {
  const schema: z.ZodType = SCHEMAS[of.list];
  const common = schema.safeParse(raw.common);
  const config = raw.kind.schema.safeParse(raw.config);
  const known = [
    ...Object.keys(raw.kind.settings),
    ...(of.list === 'channels' ? ['name', 'agent', 'groups'] : ['name']),
  ];
  for (const issue of common.error?.issues ?? []) faults.push(...issueFaults(issue, raw.common, raw, known));
  for (const issue of config.error?.issues ?? []) faults.push(...issueFaults(issue, raw.config, raw, known));
  if (!common.success || !config.success) return undefined;
  const checked = common.data as Record<string, unknown>;
  return { name: String(checked['name']), kind: raw.kind.name, common: checked, config: config.data, where: raw.where };
}

function issueFaults(issue: z.core.$ZodIssue, value: unknown, raw: Raw, known: readonly string[]): SettingFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      setting: raw.where([...issue.path, key]),
      text: unknownSetting(key, raw.kind.name, issue.path.length === 0 ? known : []),
    }));
  }
  const help = raw.kind.settings[String(issue.path[0])]?.where;
  return [{ setting: raw.where(issue.path), text: issueText(issue, valueAt(value, issue.path), help) }];
}

export function unknownSetting(key: string, owner: string, known: readonly string[]): InLanguages {
  const near = nearest(key, known);
  const next =
    near === undefined
      ? { zh: '，全部设置见 docs/settings.zh.md', en: '; all of them stand in docs/settings.md' }
      : { zh: `，是否想写 ${near}？`, en: `, did you mean ${near}?` };
  return { zh: `不是 ${owner} 的设置${next.zh}`, en: `is not a setting of ${owner}${next.en}` };
}

function unknownKind(of: ListOf, found: unknown): InLanguages {
  const names = of.kinds.map(({ name }) => name);
  const shown = shownValue(found, of.kindKey);
  if (found === undefined)
    return { zh: `没有设置，应为 ${names.join('、')} 之一`, en: `is not set, expected one of ${names.join(', ')}` };
  return {
    zh: `现在是${shown.zh}，应为 ${names.join('、')} 之一`,
    en: `is ${shown.en}, expected one of ${names.join(', ')}`,
  };
}

function reportTwins(of: ListOf, entries: readonly Entry[], faults: SettingFault[]): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.name)) {
      const text = {
        zh: `“${entry.name}”用了两次，${of.list} 中的名称应各不相同`,
        en: `is "${entry.name}" a second time, expected a name of its own for each of ${of.list}`,
      };
      faults.push({ setting: entry.where(['name']), text });
    }
    seen.add(entry.name);
  }
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pick(block: Record<string, unknown>, wanted: (name: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(block).filter(([name]) => wanted(name)));
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current;
}
