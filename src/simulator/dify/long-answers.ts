import type { Lang } from './languages.ts';

/** A handbook of more than 30 kB, so that no single message of any platform takes it: headings, lists, tables, code. */
export function handbook(lang: Lang, query: string): string {
  const parts = [
    lang === 'zh'
      ? `# 员工手册\n\n你问的是“${query}”，下面是全文。`
      : `# Handbook\n\nYou asked “${query}”; here is all of it.`,
  ];
  for (let chapter = 1; bytesOf(parts) < 32_000; chapter += 1)
    parts.push(lang === 'zh' ? chapterZh(chapter) : chapterEn(chapter));
  parts.push(lang === 'zh' ? '**全文完。**' : '**The end.**');
  return parts.join('\n\n');
}

function bytesOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

function chapterZh(n: number): string {
  const rows = [1, 2, 3, 4, 5, 6].map(
    (i) => `| ${n}.${i} | 第 ${i} 类费用 | ${i * 200 * n} 元 | ${i % 2 === 0 ? '需要审批' : '无需审批'} |`,
  );
  return [
    `## 第 ${n} 章 差旅与费用（${n}）`,
    `出差前请在系统里提交申请。**重要：**没有申请号的费用不予报销；紧急情况可以事后 ${n} 个工作日内补交。`,
    `1. 选择目的地和日期\n2. 填写预算\n   - 交通\n   - 住宿\n3. 提交给上级`,
    ['| 编号 | 类别 | 上限 | 审批 |', '| --- | --- | ---: | --- |', ...rows].join('\n'),
    `\`\`\`ts\n// 第 ${n} 章的计算方式\nexport function limit(days: number): number {\n  return days * ${n * 100} + ${n};\n}\n\`\`\``,
    `> 第 ${n} 章的解释权归财务部。参见 [费用制度](https://wiki.example.com/expenses/${n})。`,
  ].join('\n\n');
}

function chapterEn(n: number): string {
  const rows = [1, 2, 3, 4, 5, 6].map(
    (i) => `| ${n}.${i} | kind ${i} | ${i * 200 * n} | ${i % 2 === 0 ? 'ask first' : 'free'} |`,
  );
  return [
    `## Chapter ${n}: travel and expenses`,
    `Ask before you travel. **Important:** costs without a number are not paid back; in a hurry, hand it in within ${n} working days.`,
    `1. Choose place and dates\n2. Write the budget\n   - transport\n   - hotel\n3. Send it to your manager`,
    ['| No | Kind | Limit | Approval |', '| --- | --- | ---: | --- |', ...rows].join('\n'),
    `\`\`\`ts\n// How chapter ${n} is worked out\nexport function limit(days: number): number {\n  return days * ${n * 100} + ${n};\n}\n\`\`\``,
    `> Finance decides about chapter ${n}. See the [expense rules](https://wiki.example.com/expenses/${n}).`,
  ].join('\n\n');
}

/** 50 kB and no more, of short numbered lines: what is missing at the end can be seen. */
export function fiftyKilobytes(lang: Lang): string {
  const word =
    lang === 'zh' ? '行：驿站把消息送到每一个人手里。' : 'line: the posthouse carries a message to everybody.';
  const lines: string[] = [];
  for (let n = 1, bytes = 0; bytes < 50_000; n += 1) {
    const line = `${n} ${word}\n`;
    bytes += Buffer.byteLength(line);
    lines.push(line);
  }
  return lines.join('');
}

/** What a model must never be trusted not to say. */
export const HOSTILE_ANSWER = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '[click me](javascript:alert(3)) and [data](data:text/html;base64,PHNjcmlwdD4=)',
  '<at id=all></at> <at user_id="all">everyone</at> @all @所有人',
  '![pixel](http://127.0.0.1:1/pixel.png?q=secret)',
  `${'> '.repeat(60)}deep`,
  `${'['.repeat(300)}x${']'.repeat(300)}`,
  `${'*'.repeat(401)} ${'_'.repeat(401)}`,
  '| a | b |\n| --- |\n| 1 | 2 | 3 | 4 |',
  '\u202Eright to left\u202C \u0000 \u200B zero width',
  '[^1]: a footnote\n\n```js\nnever closed',
].join('\n\n');

/** Made-up numbers with right check digits, in several spellings. */
export function personalAnswer(lang: Lang): string {
  const zh =
    '联系人：王小明，手机 13800138000，身份证 11010519491231002X，银行卡 4111 1111 1111 1111，邮箱 wang@example.com，订单号 2026112213800138000123。';
  const en =
    'Contact: Ming Wang, mobile +86 138 0013 8000, ID 11010519491231002X, card 4111-1111-1111-1111, mail wang@example.com, order 2026112213800138000123.';
  return lang === 'zh' ? zh : en;
}
