import { z } from 'zod';
import { type InLanguages, packWords } from '../core/lang.ts';
import { PERSONAL_KINDS, type PersonalKind, PRIVACY_DIRECTIONS, PRIVACY_POLICIES } from '../core/personal-data.ts';
import { boundPattern, MAX_MATCH, type PatternFault } from '../lib/bounded-pattern.ts';
import type { GeneralSetting } from './general-setting.ts';

const policy = z.enum(PRIVACY_POLICIES).default('mask');

const someNames = z.array(z.string().min(1)).min(1).optional();

const rule = z.strictObject({
  direction: z.enum(PRIVACY_DIRECTIONS).optional(),
  agents: someNames,
  channels: someNames,
  platforms: someNames,
  audience: z.enum(['direct', 'group']).optional(),
  kinds: someNames,
  policy: z.enum(PRIVACY_POLICIES),
});

/** What the privacy guard looks for, and what becomes of it where. */
export const privacySchema = z
  .strictObject({
    out: z.boolean().default(true),
    in: z.enum(['off', 'placeholder', 'mask', 'block']).default('off'),
    kinds: z
      .strictObject({
        mobile: policy,
        landline: policy,
        residentId: policy,
        bankCard: policy,
        email: policy,
        passport: policy,
        plate: policy,
        creditCode: policy,
      } satisfies Record<PersonalKind, z.ZodType>)
      .prefault({}),
    custom: z
      .array(z.strictObject({ name: z.string().min(1).max(40), pattern: z.string().min(1), policy }))
      .max(50)
      .default([]),
    rules: z.array(rule).max(100).default([]),
  })
  .superRefine(({ custom, rules }, context) => {
    const names = new Set<string>(Object.keys(PERSONAL_KINDS));
    custom.forEach(({ name, pattern }, index) => {
      const bounded = boundPattern(pattern);
      if (!bounded.ok) context.addIssue(patternIssue(['custom', index, 'pattern'], PATTERN_FAULTS[bounded.fault]));
      if (names.has(name)) context.addIssue(patternIssue(['custom', index, 'name'], TAKEN));
      names.add(name);
    });
    rules.forEach(({ kinds = [] }, index) => {
      const unknown = kinds.findIndex((kind) => !names.has(kind));
      if (unknown >= 0) context.addIssue(patternIssue(['rules', index, 'kinds', unknown], noKind([...names])));
    });
  });

function noKind(names: readonly string[]): InLanguages {
  return { zh: `应为 ${names.join('、')} 之一`, en: `expected one of ${names.join(', ')}` };
}

export function patternIssue(path: (string | number)[], words: InLanguages) {
  return { code: 'custom' as const, path, message: packWords(words) };
}

const TAKEN: InLanguages = { zh: '名称已被使用，请换一个', en: 'a name in use already, choose another' };
export const PATTERN_FAULTS: Readonly<Record<PatternFault, InLanguages>> = {
  syntax: { zh: '不是有效的正则表达式', en: 'expected a regular expression' },
  'too-long': { zh: '太长，应不超过 200 个字符', en: 'expected at most 200 characters' },
  unbounded: {
    zh: `匹配的长度没有上限或超过 ${MAX_MATCH} 个字符，请把 *、+、{n,} 写成 {1,20} 这样的范围`,
    en: `expected matches of at most ${MAX_MATCH} characters: write {1,20} for *, + and {n,}`,
  },
  'matches-nothing': { zh: '可以匹配空文本，应至少匹配一个字符', en: 'expected to match at least one character' },
  'back-reference': { zh: '不支持反向引用', en: 'expected no back references' },
  'look-around': { zh: '不支持环视（(?=、(?!、(?<），可用 \\b', en: 'expected no look-around; \\b is allowed' },
  'too-many-ways': {
    zh: '可能的匹配方式太多，会拖慢所有回答，请去掉嵌套的范围',
    en: 'expected fewer ways to match: ranges within ranges would slow every answer down',
  },
};

const KIND_ENV: Readonly<Record<PersonalKind, string>> = {
  mobile: 'PRIVACY_MOBILE',
  landline: 'PRIVACY_LANDLINE',
  residentId: 'PRIVACY_RESIDENT_ID',
  bankCard: 'PRIVACY_BANK_CARD',
  email: 'PRIVACY_EMAIL',
  passport: 'PRIVACY_PASSPORT',
  plate: 'PRIVACY_PLATE',
  creditCode: 'PRIVACY_CREDIT_CODE',
};

/** How each kind looks when it is masked. */
const EXAMPLES: Readonly<Record<PersonalKind, string>> = {
  mobile: '138****8000',
  landline: '010-****0000',
  residentId: '1****************X',
  bankCard: '************4444',
  email: 'a***@example.com',
  passport: 'E*******8',
  plate: '京A***45',
  creditCode: '91**************43',
};

/** By the path in the settings file. */
export const PRIVACY_SETTINGS: Readonly<Record<string, GeneralSetting>> = {
  'privacy.out': {
    env: 'PRIVACY_OUT',
    kind: 'boolean',
    help: {
      en: 'Whether personal data is kept back in everything that goes to a platform (answers, also while they grow; sources, questions, names of files). `on` or `off`.',
      zh: '是否在发往平台的一切内容中（回答及其流式过程、引用、问题、文件名）遮盖个人信息。`on` 或 `off`。',
    },
  },
  'privacy.in': {
    env: 'PRIVACY_IN',
    kind: 'text',
    help: {
      en: 'What becomes of personal data in what people write, before an agent has it: `off` (the agent reads it), `placeholder` (the agent reads `[mobile number 1]`, and in her direct chat the answer says the value again), `mask`, `block` (the question is not asked). Kinds that are allowed stay.',
      zh: '用户所写内容中的个人信息在交给智能体之前如何处理：`off`（智能体可见）、`placeholder`（智能体看到 `[手机号1]`，在本人单聊的回答中还原）、`mask`、`block`（不提问）。设为 `allow` 的种类保留。',
    },
  },
  ...Object.fromEntries(Object.keys(PERSONAL_KINDS).map((kind) => kindSetting(kind as PersonalKind))),
  'privacy.custom': {
    kind: 'list',
    help: {
      en: `What else is personal here: a list of \`name\`, \`pattern\` (a regular expression that matches at most ${MAX_MATCH} characters, without \`*\`, \`+\`, back references and look-around) and \`policy\`.`,
      zh: `本组织特有的个人信息：由 \`name\`、\`pattern\`（最多匹配 ${MAX_MATCH} 个字符的正则表达式，不支持 \`*\`、\`+\`、反向引用和环视）和 \`policy\` 组成的列表。`,
    },
  },
  'privacy.rules': {
    kind: 'list',
    help: {
      en: 'What holds instead in some places, the first that fits: a list of `policy` with any of `direction` (`in`, `out`), `agents`, `channels`, `platforms`, `audience` (`direct`, `group`) and `kinds` (names of kinds and of your own patterns). What a rule leaves out fits always.',
      zh: '在某些场合代替默认处理的规则，取第一条匹配的：由 `policy` 及可选的 `direction`（`in`、`out`）、`agents`、`channels`、`platforms`、`audience`（`direct`、`group`）、`kinds`（种类或自定义名称）组成的列表；未写的条件总是匹配。',
    },
  },
};

function kindSetting(kind: PersonalKind): [string, GeneralSetting] {
  const { zh, en } = PERSONAL_KINDS[kind];
  const example = EXAMPLES[kind];
  return [
    `privacy.kinds.${kind}`,
    {
      env: KIND_ENV[kind],
      kind: 'text',
      help: {
        en: `What becomes of a ${en}: \`mask\` (\`${example}\`), \`block\` or \`placeholder\` (\`[${en}]\`), \`allow\`.`,
        zh: `${zh}如何处理：\`mask\`（\`${example}\`）、\`block\` 或 \`placeholder\`（\`[${zh}]\`）、\`allow\`（保留）。`,
      },
    },
  ];
}
