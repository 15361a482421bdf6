import { GENERAL_SETTINGS, generalSchema } from '../../config/general.ts';
import { inputSchema, type JsonSchema } from '../../config/json-schema.ts';
import { agentKind, groupEnvNames, type Kind, platformKind, robotKind } from '../../config/kinds.ts';
import type { AgentDefinition } from '../../core/agent-definition.ts';
import type { InLanguages, Lang } from '../../core/lang.ts';
import type { PlatformDefinition } from '../../core/platform-definition.ts';
import type { RobotDefinition } from '../../core/robot-definition.ts';
import { code, table } from './table.ts';

const WORDS = {
  title: { zh: '设置', en: 'Settings' },
  intro: {
    zh: '由 `npm run generate` 生成，请勿手工修改。每个平台一个应用时，只用环境变量即可；多个应用或智能体写在 `posthouse.yaml` 中（见 `posthouse.example.yaml`，编辑器可用 `posthouse.schema.json` 校验）。环境变量优先于文件。任何变量都可以用 `名称_FILE` 指向一个文件，从中读取值；文件中可以写 `${名称}` 引用环境变量，或写 `file:路径` 引用文件内容。`HTTPS_PROXY` 与 `NO_PROXY` 对发往平台与智能体的 `https:`、`wss:` 调用有效，也用于发往 `https:` 的链路追踪和获取回答中链接的 `https:` 文件：域名先在本机解析，只取公网地址并按该地址请求代理；本机解析不了的域名不获取，保留链接。修改后运行 `posthouse check`。',
    en: 'Made by `npm run generate`; do not edit. One app per platform needs environment variables only; several apps or agents stand in `posthouse.yaml` (see `posthouse.example.yaml`; editors check it with `posthouse.schema.json`). The environment goes before the file. Any variable may be given as `NAME_FILE`, the path of a file that holds the value; in the settings file `${NAME}` stands for a variable and `file:path` for the content of a file. `HTTPS_PROXY` and `NO_PROXY` hold for every call to a platform or an agent whose address begins with `https:` or `wss:`, for traces sent to an `https:` address, and for `https:` files that an answer links to: elsewhere than at an agent’s own address a name is looked up here, and the proxy is asked for the public address that it leads to; a name that cannot be looked up here stays a link. After a change run `posthouse check`.',
  },
  general: { zh: '网关', en: 'Gateway' },
  channels: { zh: '渠道', en: 'Channels' },
  channelsIntro: {
    zh: '每个应用一个渠道，写在 `channels:` 列表中。环境变量只在文件没有该平台的渠道时新建一个渠道，或覆盖与平台同名的渠道。',
    en: 'One for each app, in the list `channels:`. The environment makes a channel only where the file has none of that platform, and overrides the one that bears the platform’s name.',
  },
  robots: { zh: '群机器人', en: 'Robots' },
  robotsIntro: {
    zh: '群里只发消息的自定义机器人，写在 `robots:` 列表中，仅限设置文件；用 `posthouse push --to robot:名称` 发送。',
    en: 'Custom robots that stand in a group and only speak: in the list `robots:` of the settings file. `posthouse push --to robot:NAME` sends by them.',
  },
  robotName: {
    zh: '机器人的名称，小写字母、数字与连字符，不能与渠道重名',
    en: 'the robot’s name: lower-case letters, digits, hyphens; no channel may have it',
  },
  agents: { zh: '智能体', en: 'Agents' },
  agentsIntro: {
    zh: '写在 `agents:` 列表中，`kind` 为种类，`name` 为名称；环境变量的规则与渠道相同。',
    en: 'In the list `agents:`, with `kind` and `name`; the environment counts as for channels.',
  },
  setting: { zh: '文件中的名称', en: 'in the file' },
  variable: { zh: '环境变量', en: 'variable' },
  standard: { zh: '默认值', en: 'default' },
  values: { zh: '取值', en: 'values' },
  meaning: { zh: '说明', en: 'meaning' },
  required: { zh: '必填', en: 'required' },
  name: {
    zh: '渠道名称，小写字母、数字与连字符；同平台只有一个时可省略',
    en: 'the channel’s name: lower-case letters, digits, hyphens; may be left out while it is the only one of its platform',
  },
  agent: { zh: '由哪个智能体回答', en: 'which agent answers' },
  scope: {
    zh: '群里谁共用一段对话：每人、每个话题或全群',
    en: 'who shares a dialogue in a group: each member has her own, each topic, or the whole group',
  },
  answer: { zh: '群里只在被 @ 时回答，或回答所有消息', en: 'answer in groups only when mentioned, or everything' },
} as const satisfies Record<string, InLanguages>;

/** The settings reference in one language. */
export function settingsPage(
  lang: Lang,
  platforms: readonly PlatformDefinition[],
  agents: readonly AgentDefinition[],
  robots: readonly RobotDefinition[],
): string {
  const say = (word: keyof typeof WORDS) => WORDS[word][lang];
  const head = [say('setting'), say('variable'), say('standard'), say('values'), say('meaning')];
  const parts = [
    `# ${say('title')}`,
    say('intro'),
    `## ${say('general')}`,
    table(head, generalRows(lang)),
    `## ${say('channels')}`,
    say('channelsIntro'),
  ];
  for (const kind of platforms.map(platformKind)) {
    parts.push(`### ${kind.name}`, table(head, [...channelRows(kind.name, lang), ...kindRows(kind, lang)]));
  }
  parts.push(`## ${say('robots')}`, say('robotsIntro'));
  for (const kind of robots.map(robotKind)) {
    const name = [code('name'), '', say('required'), '', say('robotName')];
    parts.push(`### ${kind.name}`, table(head, [name, ...kindRows(kind, lang)]));
  }
  parts.push(`## ${say('agents')}`, say('agentsIntro'));
  for (const kind of agents.map(agentKind)) parts.push(`### ${kind.name}`, table(head, kindRows(kind, lang)));
  return `${parts.join('\n\n')}\n`;
}

function generalRows(lang: Lang): string[][] {
  const root = inputSchema(generalSchema);
  return Object.entries(GENERAL_SETTINGS).map(([path, { env, help }]) => {
    const schema = partAt(root, path.split('.'));
    return [code(path), code(env ?? ''), defaultOf(schema), valuesOf(schema), help[lang]];
  });
}

function partAt(schema: JsonSchema, path: readonly string[]): JsonSchema {
  const [name, ...rest] = path;
  const part = name === undefined ? schema : (schema.properties?.[name] ?? {});
  return rest.length === 0 ? part : partAt(part, rest);
}

function channelRows(platform: string, lang: Lang): string[][] {
  const groups = groupEnvNames(platform);
  return [
    [code('name'), '', code(platform), '', WORDS.name[lang]],
    [code('agent'), '', code('defaultAgent'), '', WORDS.agent[lang]],
    [
      code('groups.scope'),
      code(groups.scope),
      code('member'),
      choices(['member', 'topic', 'group']),
      WORDS.scope[lang],
    ],
    [
      code('groups.answer'),
      code(groups.answer),
      code('mentioned'),
      choices(['mentioned', 'always']),
      WORDS.answer[lang],
    ],
  ];
}

function kindRows(kind: Kind, lang: Lang): string[][] {
  const schema = inputSchema(kind.schema);
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, part]) => {
    const help = kind.settings[name];
    const standard = required.includes(name) ? WORDS.required[lang] : defaultOf(part);
    return [code(name), code(help?.env ?? ''), standard, valuesOf(part), help?.where?.[lang] ?? ''];
  });
}

function defaultOf(schema: JsonSchema): string {
  if (schema.default === undefined) return '';
  return code(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default));
}

function valuesOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return choices(schema.enum);
  const { minimum, exclusiveMinimum, maximum } = schema;
  const least = minimum?.toString() ?? (exclusiveMinimum === undefined ? undefined : `> ${exclusiveMinimum}`);
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (most === undefined) return least === undefined ? '' : `≥ ${least}`.replace('≥ >', '>');
  return least === undefined ? `≤ ${most}` : `${least} … ${most}`;
}

function choices(values: readonly unknown[]): string {
  return values.map((value) => code(String(value))).join(', ');
}
