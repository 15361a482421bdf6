import { z } from 'zod';
import { boundPattern } from '../lib/bounded-pattern.ts';
import type { GeneralSetting } from './general-setting.ts';
import { PATTERN_FAULTS, patternIssue } from './privacy.ts';

/** One word or several. */
const words = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(100)])
  .transform((given) => (typeof given === 'string' ? [given] : given))
  .optional();

/** By channel, for two vendors' directories may have the same id for different things. */
const departments = words.refine((given) => given?.every((one) => /^[^/]+\/.+$/u.test(one)) !== false, {
  error: 'expected CHANNEL/ID; posthouse people departments lists them',
});

/** Which agent answers what. */
export const routesSchema = z
  .array(
    z.strictObject({
      agent: z.string().min(1),
      name: z.string().min(1).max(60).optional(),
      channel: words,
      chat: words,
      department: departments,
      role: words,
      command: words,
      menu: words,
      keyword: words,
      pattern: z.string().min(1).optional(),
    }),
  )
  .max(200)
  .superRefine((routes, context) => {
    routes.forEach(({ pattern }, index) => {
      const bounded = pattern === undefined ? undefined : boundPattern(pattern);
      if (bounded?.ok === false) context.addIssue(patternIssue([index, 'pattern'], PATTERN_FAULTS[bounded.fault]));
    });
  })
  .default([]);

export const ROUTES_SETTINGS: Readonly<Record<string, GeneralSetting>> = {
  routes: {
    kind: 'list',
    help: {
      en: 'Which agent answers what: a list of `agent` with conditions that must all hold (`channel`, `chat`, `department`, `role`, `command`, `menu`, `keyword`: one or several; `pattern`: a regular expression). The first that fits decides; see docs/rights.md.',
      zh: '哪个智能体回答什么：由 `agent` 和须全部满足的条件组成的列表（`channel`、`chat`、`department`、`role`、`command`、`menu`、`keyword`：一个或多个；`pattern`：正则表达式）。第一条符合的生效，见 docs/rights.md。',
    },
  },
};
