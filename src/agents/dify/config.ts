import { z } from 'zod';
import type { Env } from '../../core/agent-definition.ts';
import { packWords } from '../../core/lang.ts';

/** The kinds of app Dify has, by the words of `GET /info`. */
export const APP_MODES = ['chat', 'agent-chat', 'advanced-chat', 'workflow', 'completion', 'agent'] as const;
export type AppMode = (typeof APP_MODES)[number];

const baseUrl = z
  .string({
    error: packWords({
      zh: '没有设置：应为 Dify API 的地址，例如 https://api.dify.ai/v1',
      en: 'is missing: the address of the Dify API, e.g. https://api.dify.ai/v1',
    }),
  })
  .trim()
  .refine(isHttp, {
    message: packWords({
      zh: '应为 http(s) 地址，例如 https://api.dify.ai/v1',
      en: 'must be an http(s) address, e.g. https://api.dify.ai/v1',
    }),
  })
  .refine((url) => !isHttp(url) || new URL(url).pathname !== '/', {
    message: packWords({ zh: '缺少 API 的路径：请在末尾加上 /v1', en: 'lacks the path of the API: add /v1' }),
  })
  .transform((url) => url.replace(/\/+$/, ''));

/** Kept free of line ends and spaces, which copying likes to add and HTTP headers refuse. */
const apiKey = z
  .string({
    error: packWords({
      zh: '没有设置：请从应用的“访问 API”页面复制密钥（app-…）',
      en: "is missing: copy the app's key (app-…) from its page “API Access”",
    }),
  })
  .trim()
  .refine((key) => /^[\x21-\x7e]+$/.test(key), {
    message: packWords({
      zh: '应为应用“访问 API”页面上的密钥（app-…）',
      en: "must be the app's key as its page “API Access” shows it (app-…)",
    }),
  });

const words = z.string().trim().min(1);
const milliseconds = z.coerce.number().int().min(1_000);

/** One Dify app: one key is one app. */
export const difyConfigSchema = z.strictObject({
  /** With `/v1`. */
  baseUrl,
  apiKey,
  /** Asked from the app when absent. */
  mode: z.enum(APP_MODES).optional(),
  /** What people read as the answerer's name; the app's own name when absent. */
  title: words.optional(),
  /** A default install serves about ten requests at once. */
  maxConcurrent: z.coerce.number().int().min(1).max(10_000).default(8),
  /** Longest silence, pings not counted. */
  idleTimeoutMs: milliseconds.default(120_000),
  totalTimeoutMs: milliseconds.default(1_200_000),
  /** Values for variables of the app, the same for everybody. */
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  /** Workflow and completion apps: the variable that takes the question; found by its name and type when absent. */
  queryVariable: words.optional(),
  /** Workflow apps: the output that is the answer; found by its name and type when absent. */
  outputKey: words.optional(),
});

export type DifyConfig = z.output<typeof difyConfigSchema>;

export const DIFY_ENV = {
  baseUrl: 'DIFY_BASE_URL',
  apiKey: 'DIFY_API_KEY',
  mode: 'DIFY_MODE',
  title: 'DIFY_TITLE',
  maxConcurrent: 'DIFY_MAX_CONCURRENT',
  idleTimeoutMs: 'DIFY_IDLE_TIMEOUT_MS',
  totalTimeoutMs: 'DIFY_TOTAL_TIMEOUT_MS',
  inputs: 'DIFY_INPUTS',
  queryVariable: 'DIFY_QUERY_VARIABLE',
  outputKey: 'DIFY_OUTPUT_KEY',
} as const;

/** The settings as the environment has them, unchecked; undefined when neither address nor key is set. */
export function difyFromEnv(env: Env): Record<string, unknown> | undefined {
  if (!env[DIFY_ENV.baseUrl] && !env[DIFY_ENV.apiKey]) return undefined;
  const settings: Record<string, unknown> = {};
  for (const [setting, variable] of Object.entries(DIFY_ENV)) {
    const value = env[variable];
    if (value) settings[setting] = setting === 'inputs' ? parseInputs(value) : value;
  }
  return settings;
}

/** `DIFY_INPUTS` is a JSON object; anything else is left for the schema to refuse. */
function parseInputs(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
