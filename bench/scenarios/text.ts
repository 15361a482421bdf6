import { createGuard, DEFAULT_RULES } from '../../src/guard/guard.ts';
import { markdown, splitMarkdown } from '../../src/lib/markdown.ts';
import { renderMarkdown } from '../../src/platforms/feishu/markdown.ts';
import type { Report } from '../figures.ts';
import { msEach, speed } from '../speed.ts';

const SECTION = `## 报销流程 Expenses

请在**月底前**提交，超过 \`30\` 天的发票**不再受理**。See [the handbook](https://example.com/handbook) for *details*.

| 类别 | 上限 | 审批 |
| --- | ---: | --- |
| 差旅 travel | 5,000 | 经理 |
| 招待 meals | 800 | 总监 |

1. 打开系统，选择「新建」
2. 上传发票（PDF 或照片）
   - 每张不超过 10 MB
   - 名称写清楚日期

\`\`\`sql
select sum(amount) from claims where month = '2026-06' and state <> 'paid';
\`\`\`

> 有问题请联系财务，a sentence to close the section with.

`;

/** What our text work costs; each frame of a growing answer pays it again. */
export async function text(): Promise<Report> {
  const short = SECTION.repeat(4);
  const long = SECTION.repeat(200);
  return {
    scenario: 'text: Markdown in both languages with tables and code',
    figures: [
      { name: 'parsing alone', value: speed(long, () => markdown.parse(long, {})), unit: 'MB/s' },
      { name: 'splitting a long answer', value: speed(long, () => splitMarkdown(long, 18_000)), unit: 'MB/s' },
      { name: "rendering in Feishu's dialect", value: speed(short, () => render(short)), unit: 'MB/s' },
      {
        name: 'privacy guard, text in pieces',
        value: speed(long, () => guarded(long)),
        unit: 'MB/s',
        budget: { atLeast: 50 },
      },
      { name: 'rendering 3 KB once', value: msEach(() => render(short)), unit: 'ms' },
    ],
  };
}

function render(markdownText: string): string {
  return renderMarkdown(markdownText, { maxTables: 3, imageKey: () => undefined, imageLabel: '图片' });
}

/** In pieces of 40 characters, as an agent says them. */
function guarded(text: string): void {
  const pipe = createGuard(DEFAULT_RULES).pipe();
  for (let at = 0; at < text.length; at += 40) pipe.push(text.slice(at, at + 40));
  pipe.end();
}
