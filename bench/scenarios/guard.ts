import { createGuard, DEFAULT_RULES } from '../../src/guard/guard.ts';
import type { Report } from '../figures.ts';
import { msEach, speed } from '../speed.ts';

const MANNER = { form: 'markdown', lang: 'zh' } as const;
/** How much an answer grows between two frames, in UTF-16 units: what a model says in a fifth of a second. */
const STEP = 24;

const ANSWER = `## 报销流程 Expenses

请在**月底前**提交，超过 \`30\` 天的发票**不再受理**。订单 20240615138001380001 已于 2024-06-15 13:45 完成，金额 ¥12,800.00，详见
[the handbook](https://docs.example.com/orders/13800138000?page=2) for *details*.

| 类别 | 上限 | 审批 |
| --- | ---: | --- |
| 差旅 travel | 5,000 | 经理 |
| 招待 meals | 800 | 总监 |

1. 打开系统，选择「新建」，上传发票（PDF 或照片），每张不超过 10 MB
2. 版本 v2.14.3 起支持批量提交；trace 550e8400-e29b-41d4-a716-446655440000

\`\`\`sql
select sum(amount) from claims where month = '2026-06' and state <> 'paid';
\`\`\`

`;
const CONTACTS = '有问题请联系王经理，手机 138 0013 8000，邮箱 finance@example.com，总机 010-88880000。\n\n';
const ROSTER = '| 张三 | 13800138000 | zhang.san@example.com | 京A12345 |\n';

/** What keeping personal data back costs; each frame of a growing answer pays for what is new in it. */
export async function guard(): Promise<Report> {
  const keeper = createGuard(DEFAULT_RULES);
  const usual = (ANSWER.repeat(4) + CONTACTS).repeat(60);
  const roster = ROSTER.repeat(4000);
  const mask = (text: string) => () => keeper.mask(text, MANNER);
  const streamed = (ANSWER.repeat(4) + CONTACTS).repeat(4);
  return {
    scenario: 'guard: personal data in answers in both languages',
    figures: [
      { name: 'an answer of the usual kind', value: speed(usual, mask(usual)), unit: 'MB/s', budget: { atLeast: 50 } },
      { name: 'a list of nothing but contacts', value: speed(roster, mask(roster)), unit: 'MB/s' },
      {
        name: `growing by ${STEP} characters a frame`,
        value: msEach(() => grow(keeper, streamed)) / (streamed.length / STEP),
        unit: 'ms/frame',
        note: `${(Buffer.byteLength(streamed) / 1000).toFixed(0)} KB in the end`,
      },
    ],
  };
}

function grow(keeper: ReturnType<typeof createGuard>, text: string): string {
  const stream = keeper.stream(MANNER);
  for (let end = STEP; end < text.length; end += STEP) stream.frame(text.slice(0, end), false);
  return stream.frame(text, true);
}
