import type { z } from 'zod';
import { type InLanguages, type Lang, unpackWords } from '../core/lang.ts';
import { isSecretName } from './secret.ts';

/** One thing wrong with the settings. */
export interface SettingFault {
  /** By the name the operator wrote: `FEISHU_MODE`, or `posthouse.yaml line 7, channels[0].mode`. */
  readonly setting: InLanguages;
  /** What was found and what is expected; together with `setting` one sentence. */
  readonly text: InLanguages;
}

export function sentence(fault: SettingFault, lang: Lang): string {
  return lang === 'zh' ? `${fault.setting.zh}：${fault.text.zh}` : `${fault.setting.en}: ${fault.text.en}`;
}

export function same(text: string): InLanguages {
  return { zh: text, en: text };
}

/**
 * Says what a schema found wrong.
 * @param value - What was there, before the schema read it.
 * @param where - Where one finds the right value, in the vendor's back office.
 */
export function issueText(issue: z.core.$ZodIssue, value: unknown, where: InLanguages | undefined): InLanguages {
  const own = ownWords(issue);
  const expected = expectation(issue);
  const name = String(issue.path.at(-1) ?? '');
  const missing = value === undefined || value === null || value === '';
  const hint = where === undefined ? { zh: '', en: '' } : { zh: `。${where.zh}`, en: `. ${where.en}` };
  if (missing && own !== undefined) return own;
  // Whoever has written nothing yet knows that a name or a key is text.
  if (missing && issue.code === 'invalid_type' && issue.expected === 'string')
    return { zh: `没有设置${hint.zh}`, en: `is not set${hint.en}` };
  if (missing) {
    return { zh: `没有设置，应为${expected.zh}${hint.zh}`, en: `is not set, expected ${expected.en}${hint.en}` };
  }
  const found = shownValue(value, name);
  if (own !== undefined) return { zh: `现在是${found.zh}，${own.zh}`, en: `is ${found.en}, ${own.en}` };
  return { zh: `现在是${found.zh}，应为${expected.zh}`, en: `is ${found.en}, expected ${expected.en}` };
}

/** What was found, short, on one line, and never a secret. */
export function shownValue(value: unknown, name: string): InLanguages {
  if (isSecretName(name)) return { zh: '（内容不显示）', en: '(a value that is not shown)' };
  if (Array.isArray(value)) return { zh: '一个列表', en: 'a list' };
  if (typeof value === 'object' && value !== null) return { zh: '一组设置', en: 'a block of settings' };
  const text = typeof value === 'string' ? withoutPassword(value) : String(value);
  const flat = text.replace(/\s+/g, ' ');
  const short = flat.length > 60 ? `${flat.slice(0, 60)}…` : flat;
  return typeof value === 'string' ? { zh: `“${short}”`, en: `"${short}"` } : same(short);
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, '//***@');
}

function expectation(issue: z.core.$ZodIssue): InLanguages {
  switch (issue.code) {
    case 'invalid_type':
      return typeName(issue.expected);
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (values.length === 1) return same(` ${values[0] ?? ''}`.trim());
      return { zh: ` ${values.join('、')} 之一`, en: `one of ${values.join(', ')}` };
    }
    case 'too_small':
      return border(issue.origin, 'least', Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return border(issue.origin, 'most', Number(issue.maximum), issue.inclusive !== false);
    case 'invalid_format':
      return formatName(issue.format);
    case 'invalid_union':
      return either(issue.errors.map(([first]) => first).filter((first) => first !== undefined));
    case 'custom':
      return same(issue.message);
    default:
      return { zh: '有效的值，见 docs/settings.md', en: 'a valid value, see docs/settings.md' };
  }
}

/** Each way in which it would have been right. */
function either(issues: readonly z.core.$ZodIssue[]): InLanguages {
  const ways = issues.map(expectation);
  const joined = (lang: Lang, or: string) => [...new Set(ways.map((way) => way[lang].trim()))].join(or);
  return { zh: joined('zh', '或'), en: joined('en', ' or ') };
}

const TYPE_NAMES: Readonly<Record<string, InLanguages>> = {
  string: { zh: '文字（纯数字请加引号）', en: 'text (put digits in quotes)' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: ' true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '一组设置', en: 'a block of settings' },
};

function typeName(type: string): InLanguages {
  return TYPE_NAMES[type] ?? same(type);
}

function border(origin: string, side: 'least' | 'most', limit: number, inclusive: boolean): InLanguages {
  const least = side === 'least';
  if (origin === 'string') {
    if (least && limit <= 1) return { zh: '非空文字', en: 'text that is not empty' };
    const zh = least ? `至少 ${limit} 个字符` : `最多 ${limit} 个字符`;
    return { zh, en: least ? `at least ${limit} characters` : `at most ${limit} characters` };
  }
  if (!inclusive)
    return {
      zh: least ? `大于 ${limit} 的数` : `小于 ${limit} 的数`,
      en: `a number ${least ? 'above' : 'below'} ${limit}`,
    };
  const zh = least ? `不小于 ${limit} 的数` : `不大于 ${limit} 的数`;
  return { zh, en: `a number of at ${side} ${limit}` };
}

function formatName(format: string): InLanguages {
  if (format === 'url') return { zh: '形如 https://example.com 的地址', en: 'an address such as https://example.com' };
  if (format === 'safeint') return { zh: '整数', en: 'a whole number' };
  return { zh: `正确的格式（${format}）`, en: `the right form (${format})` };
}

/** What a schema says in words of its own: its rules carry them packed ({@link packWords}). */
function ownWords(issue: z.core.$ZodIssue): InLanguages | undefined {
  return unpackWords(issue.message);
}

/** The known name nearest to a wrong one, when it is near enough to be a slip of the hand. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[_-]/g, '');
  const near = known
    .map((candidate) => ({ candidate, steps: distance(plain(name), plain(candidate)) }))
    .filter(({ candidate, steps }) => steps <= Math.max(1, Math.floor(candidate.length / 4)))
    .toSorted((a, b) => a.steps - b.steps);
  return near[0]?.candidate;
}

/** How many letters one has to change, add, leave out or swap with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : change;
      row.push(Math.min(change, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
