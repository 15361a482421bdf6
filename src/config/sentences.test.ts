import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AGENTS } from '../agents/registry.ts';
import type { InLanguages } from '../core/lang.ts';
import { PLATFORMS } from '../platforms/registry.ts';
import { ROBOTS } from '../platforms/robots.ts';
import { valueAt } from './entries.ts';
import { issueText } from './faults.ts';
import { generalSchema } from './general.ts';
import { inputSchema, type JsonSchema } from './json-schema.ts';
import { agentSchema, channelSchema, robotSchema } from './kinds.ts';

/** What people write by mistake; most of it is wrong for any one setting. */
const WRONG_TEXTS = ['', ' ', 'no such thing!', '-5', 'ftp://x', 'http://x.example', 'SEC', 'a:b', '((', 'a+'];
const MISTAKES: readonly unknown[] = [...WRONG_TEXTS, true, null, -1, 0, 1.5, 1e15, [], {}, [''], ['a+'], [-1], [{}]];

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  general: generalSchema,
  'a channel': channelSchema,
  'an agent': agentSchema,
  'a robot': robotSchema,
  ...Object.fromEntries(Object.values(PLATFORMS).map(({ name, configSchema }) => [name, configSchema])),
  ...Object.fromEntries(Object.values(AGENTS).map(({ name, configSchema }) => [name, configSchema])),
  ...Object.fromEntries(Object.values(ROBOTS).map(({ name, configSchema }) => [`robot of ${name}`, configSchema])),
};

describe.each(Object.entries(SCHEMAS))('what is wrong with the settings of %s', (_name, schema) => {
  it('is said in Chinese and in English, whatever it is', () => {
    const said = [{}, ...wrongs(inputSchema(schema))].flatMap((value) => sentencesOn(schema, value));
    for (const { zh, en } of said) {
      expect(withoutQuotes(zh), en).toMatch(/\p{Script=Han}/u);
      // Whole words of English are left over where the Chinese was forgotten.
      expect(withoutQuotes(zh)).not.toMatch(/\b(?:expected|must|invalid|should|received|too|is not)\b/i);
      expect(withoutQuotes(en)).not.toMatch(/\p{Script=Han}|\n/u);
    }
  });
});

it('finds plenty to say', () => {
  const all = Object.values(SCHEMAS).flatMap((schema) =>
    wrongs(inputSchema(schema)).flatMap((value) => sentencesOn(schema, value)),
  );
  expect(new Set(all.map(({ en }) => en)).size).toBeGreaterThan(100);
});

function sentencesOn(schema: z.ZodType, value: unknown): InLanguages[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues
    .filter(({ code }) => code !== 'unrecognized_keys')
    .map((issue) => issueText(issue, valueAt(value, issue.path), undefined));
}

/** Settings with one mistake each, at every place. */
function wrongs({ properties = {} }: JsonSchema): Record<string, unknown>[] {
  return Object.entries(properties).flatMap(([name, part]) =>
    [...MISTAKES, ...wrongs(part)].map((mistake) => ({ [name]: mistake })),
  );
}

/** What was found there is shown as it was written. */
function withoutQuotes(text: string): string {
  return text.replace(/“[^”]*”|"[^"]*"/g, '');
}
