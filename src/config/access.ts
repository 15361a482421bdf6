import { z } from 'zod';
import { packWords } from '../core/lang.ts';
import type { GeneralSetting } from './general-setting.ts';

/** Who decides when somebody asks for a role. */
export const accessSchema = z.strictObject({
  administrators: z
    .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((one) => one.trim()))])
    .pipe(
      z
        .array(
          z
            .string()
            .regex(
              /^[a-z0-9][a-z0-9-]{0,39}\/\S+$/,
              packWords({ zh: '应为 渠道/账号', en: 'expected CHANNEL/ACCOUNT' }),
            ),
        )
        .max(50),
    )
    .default([]),
  approval: z
    .strictObject({
      channel: z.string().min(1),
      template: z.string().min(1),
      fields: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
});

export const ACCESS_SETTINGS: Readonly<Record<string, GeneralSetting>> = {
  'access.administrators': {
    env: 'ACCESS_ADMINISTRATORS',
    kind: 'text',
    help: {
      en: 'Accounts that are told when somebody asks for a role and may grant or refuse it in a chat, as `CHANNEL/ACCOUNT`; a list, in the environment with commas between.',
      zh: '有人申请角色时收到通知、并可在聊天中批准或拒绝的账号，写作 `渠道/账号`；文件中为列表，环境变量用逗号分隔。',
    },
  },
  'access.approval': {
    kind: 'list',
    help: {
      en: 'The form by which a role is asked for at a vendor: `channel`, `template` and `fields`, values by the fields’ labels in which `{name}`, `{role}` and `{days}` stand for what is asked for. Who has no account on that channel is left to the administrators.',
      zh: '通过平台审批申请角色的表单：`channel`、`template` 和 `fields`（按字段名填写，`{name}`、`{role}`、`{days}` 会被替换）。在该渠道没有账号的人由管理员处理。',
    },
  },
};
