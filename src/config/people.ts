import { z } from 'zod';
import { packWords } from '../core/lang.ts';
import type { GeneralSetting } from './general-setting.ts';

const attribute = z.enum(['email', 'mobile', 'number']);
/** The same with commas, as the environment gives it. */
const attributeList = z
  .string()
  .regex(
    /^\s*(email|mobile|number)(\s*,\s*(email|mobile|number))*\s*$/,
    packWords({ zh: '应为 email、mobile、number，用逗号分隔', en: 'expected email, mobile or number, with commas' }),
  )
  .transform((text) => text.split(',').map((name) => attribute.parse(name.trim())));

/** How the companies' directories are gone by. */
export const peopleSchema = z.strictObject({
  directory: z.boolean().default(false),
  trust: z.union([z.array(attribute), attributeList]).default([]),
  refreshHours: z.number().min(0.1).max(8760).default(24),
  syncHours: z.number().min(0).max(8760).default(0),
});

export const PEOPLE_SETTINGS: Readonly<Record<string, GeneralSetting>> = {
  'people.directory': {
    env: 'PEOPLE_DIRECTORY',
    kind: 'boolean',
    help: {
      en: 'Ask the companies’ directories about whoever writes: her departments, and whether she has left. On by itself where `people.trust` names something. Needs the right to read contacts; see docs/people.md.',
      zh: '向企业通讯录查询使用者的部门以及是否已离职。设置了 `people.trust` 时自动开启。需要通讯录读取权限，见 docs/people.md。',
    },
  },
  'people.trust': {
    env: 'PEOPLE_TRUST',
    kind: 'text',
    help: {
      en: 'By which attributes of the company directories accounts are one person without being asked: `email` (the enterprise’s), `mobile`, `number` (employee number), with commas. Empty: none. Only members are matched, never customers.',
      zh: '按企业通讯录中的哪些属性自动关联同一个人的账号：`email`（企业邮箱）、`mobile`（手机号）、`number`（工号），用逗号分隔。为空则不关联。只匹配企业成员，不匹配外部客户。',
    },
  },
  'people.refreshHours': {
    env: 'PEOPLE_REFRESH_HOURS',
    kind: 'number',
    help: {
      en: 'After how many hours the directory is asked again about somebody who has written.',
      zh: '多少小时后再次向通讯录核对使用过的人。',
    },
  },
  'people.syncHours': {
    env: 'PEOPLE_SYNC_HOURS',
    kind: 'number',
    help: {
      en: 'Every how many hours the whole directory of each platform is read: all departments, and the members among those who have written. 0: never by itself (`posthouse people sync` does it once).',
      zh: '每隔多少小时通读一次各平台的通讯录：全部部门，以及使用过的人。0 表示不定时（可用 `posthouse people sync` 手动执行）。',
    },
  },
};
