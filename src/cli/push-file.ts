import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import type { PushContent } from '../core/push.ts';
import { pushedFile } from './pushed-file.ts';

const mentions = z
  .strictObject({
    users: z.array(z.string()).optional(),
    mobiles: z.array(z.string()).optional(),
    everybody: z.boolean().optional(),
  })
  .optional();
const named = z.strictObject({ id: z.string(), text: z.string() });

const contentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: z.string(), mentions }),
  z.strictObject({ kind: z.literal('markdown'), title: z.string().optional(), text: z.string(), mentions }),
  z.strictObject({
    kind: z.literal('card'),
    title: z.string(),
    text: z.string().default(''),
    buttons: z.array(z.strictObject({ text: z.string(), url: z.string() })).default([]),
    picture: z.string().optional(),
    mentions,
  }),
  z.strictObject({
    kind: z.literal('articles'),
    title: z.string().optional(),
    text: z.string().default(''),
    articles: z.array(
      z.strictObject({
        title: z.string(),
        url: z.string(),
        description: z.string().optional(),
        picture: z.string().optional(),
      }),
    ),
    mentions,
  }),
  z.strictObject({
    kind: z.literal('facts'),
    title: z.string(),
    text: z.string().default(''),
    facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    program: z.strictObject({ app: z.string(), page: z.string().optional() }).optional(),
    link: z.strictObject({ text: z.string(), url: z.string() }).optional(),
    mentions,
  }),
  z.strictObject({
    kind: z.literal('file'),
    title: z.string().optional(),
    text: z.string().default(''),
    file: z
      .strictObject({
        url: z.string(),
        name: z.string().optional(),
        kind: z.enum(['image', 'audio', 'video', 'file']).optional(),
      })
      .transform(({ url, name, kind }) => pushedFile(url, name, kind)),
    mentions,
  }),
  z.strictObject({
    kind: z.literal('question'),
    title: z.string(),
    text: z.string().default(''),
    choices: z
      .array(
        z.strictObject({
          name: z.string(),
          title: z.string(),
          options: z.array(named),
          several: z.boolean().optional(),
        }),
      )
      .default([]),
    answers: z.array(named),
    mentions,
  }),
]);

/**
 * Reads what is to be pushed from a file in our own form, as JSON; `-` is standard input.
 *
 * @returns What is wrong with it instead, in one line.
 */
export async function readContent(file: string): Promise<PushContent | string> {
  const raw = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (error) {
    return `${file}: ${(error as Error).message}`;
  }
  const read = contentSchema.safeParse(json);
  if (read.success) return read.data as PushContent;
  const [first] = read.error.issues;
  return `${file}: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`;
}
