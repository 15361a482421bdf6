/**
 * Writes the generated part of the corpus in `test/fixtures/privacy`: `node test/support/make-privacy-corpus.ts`. All numbers are made up
 * from a seed; check digits are right where a value has one, by the standards and not by our detectors.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from './random.ts';

const random = seededRandom(20_260_615);
export const CORPUS_FOLDER = join(import.meta.dirname, '../fixtures/privacy');
const PERSONAL_LINES = 2_400;
const LOOK_ALIKE_LINES = 4_000;

function pick<T>(items: readonly T[]): T {
  return items[random.between(0, items.length - 1)] as T;
}

function digits(count: number, first = '0123456789'): string {
  return Array.from({ length: count }, (_, index) => pick([...(index === 0 ? first : '0123456789')])).join('');
}

function letters(count: number, from = 'ABCDEFGHJKLMNPQRSTUVWXYZ'): string {
  return Array.from({ length: count }, () => pick([...from])).join('');
}

function hex(count: number): string {
  return letters(count, '0123456789abcdef');
}

function date(from: number, to: number): string {
  const day = new Date(Date.UTC(random.between(from, to), random.between(0, 11), random.between(1, 28)));
  return day.toISOString().slice(0, 10);
}

function luhn(body: string): string {
  const sum = [...body].reduceRight((total, digit, index) => {
    const doubled = (body.length - index) % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}

const REGIONS = ['110105', '310104', '440305', '330106', '510107', '420111', '610113', '350203', '120101', '230103'];

function residentId(): string {
  const body = pick(REGIONS) + date(1950, 2010).replaceAll('-', '') + digits(3);
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(body[index]), 0);
  return body + '10X98765432'[sum % 11];
}

function organisation(): string {
  const body = pick([`MA${digits(1)}${letters(1)}${letters(4, '0123456789ABCDEFGH')}`, digits(8)]);
  const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce(
    (all, weight, at) => all + weight * Number.parseInt(body[at] ?? '', 36),
    0,
  );
  const check = 11 - (sum % 11);
  return body + (check === 10 ? 'X' : check === 11 ? '0' : String(check));
}

function creditCode(): string {
  const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `${pick(['91', '92', '51', '11', '12', '93'])}${pick(REGIONS)}${organisation()}`;
  if ([...body].some((char) => !characters.includes(char))) return creditCode();
  const sum = [...body].reduce((all, char, at) => all + characters.indexOf(char) * (3 ** at % 31), 0);
  return body + characters[(31 - (sum % 31)) % 31];
}

function grouped(text: string, sizes: readonly number[], by: string): string {
  let at = 0;
  const groups = sizes.map((size) => text.slice(at, (at += size)));
  if (at < text.length) groups.push(text.slice(at));
  return groups.join(by);
}

function wide(text: string): string {
  return text.replace(/[0-9A-Z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
}

const mobile = () => `1${pick(['3', '5', '7', '8', '9'])}${digits(9)}`;
const card = () =>
  pick([
    () => luhn(`62${digits(14)}`),
    () => luhn(`62${digits(16)}`),
    () => luhn(`4${digits(14)}`),
    () => luhn(`5${digits(1, '12345')}${digits(13)}`),
    () => luhn(`3${pick(['4', '7'])}${digits(12)}`),
  ])();
const NAMES = [
  'lin',
  'wei.zhang',
  'chen_hua',
  'ada-lovelace',
  'g.hopper+news',
  'sales2',
  'x',
  'mei99',
  'kai%ops',
  'LiuYang',
];
const DOMAINS = ['example.com', 'mail.example.com.cn', 'example.org', 'corp-example.net', 'example.co', '163.example'];
const email = () => `${pick(NAMES)}@${pick(DOMAINS)}`;
const CITY = ['京A', '沪B', '粤B', '川A', '浙C', '苏E', '鲁Q', '渝D', '新A', '云C'];
const plate = () =>
  pick([
    () => pick(CITY) + digits(5),
    () => pick(CITY) + letters(1) + digits(4),
    () => pick(CITY) + pick(['D', 'F']) + digits(5),
    () => `${pick(CITY)}·${digits(2)}${letters(1)}${digits(2)}`,
    () => pick(CITY) + digits(5) + pick(['D', 'F']),
  ])();

/** Each kind in the ways in which it is written. */
const VALUES: Readonly<Record<string, () => string>> = {
  mobile: () =>
    pick([
      () => mobile(),
      () => mobile(),
      () => grouped(mobile(), [3, 4, 4], pick(['-', ' '])),
      () => `+86${pick(['', ' ', '-'])}${mobile()}`,
      () => `+86 ${grouped(mobile(), [3, 4, 4], pick([' ', '-']))}`,
      () => `86${mobile()}`,
      () => wide(mobile()),
    ])(),
  landline: () =>
    pick([
      () => `${pick(['010', '021', '020', '025', '028'])}${pick(['-', ' ', ''])}${digits(8, '2345678')}`,
      () => `${pick(['0755', '0571', '0512', '0311', '0991'])}-${digits(random.between(7, 8), '2345678')}`,
      () => `(${pick(['010', '0755'])})${pick(['', ' '])}${digits(8, '2345678')}`,
      () => `（021）${digits(8, '2345678')}`,
      () => `+86 ${pick(['10', '21', '755'])} ${grouped(digits(8, '2345678'), [4, 4], ' ')}`,
      () => wide(`0755-${digits(8, '2345678')}`),
    ])(),
  residentId: () =>
    pick([
      () => residentId(),
      () => residentId(),
      () => residentId().toLowerCase(),
      () => grouped(residentId(), [6, 8, 4], pick([' ', '-'])),
      () => wide(residentId()),
      () => `${pick(REGIONS)}${date(1930, 1995).replaceAll('-', '').slice(2)}${digits(3)}`,
    ])(),
  bankCard: () =>
    pick([
      card,
      card,
      () => {
        const number = luhn(`62${digits(pick([13, 16]))}`);
        return grouped(number, number.length === 16 ? [4, 4, 4, 4] : [4, 4, 4, 4, 3], pick([' ', '-']));
      },
      () => wide(luhn(`62${digits(16)}`)),
    ])(),
  email: () => pick([email, email, () => email().toUpperCase()])(),
  passport: () => pick([() => `E${digits(8)}`, () => `E${letters(1, 'ABCDEFGH')}${digits(7)}`])(),
  plate,
  creditCode: () => pick([creditCode, creditCode, () => wide(creditCode())])(),
};

const AROUND: Readonly<Record<string, readonly string[]>> = {
  mobile: [
    '请拨打@联系王经理',
    '手机：@',
    '电话@，微信同号',
    'Call @ for help.',
    '| 张三 | @ | 销售 |',
    '"mobile": "@"',
    '联系人李四@（白天）',
    '**@**',
    '`@`',
    'tel:@',
    '@/备用',
    '手机号是@。',
    '张三-@.pdf',
    '（@）',
    'SMS to @!',
    '1. @',
  ],
  landline: ['总机 @', '座机：@，转801', 'Office: @.', '传真@', '| 前台 | @ |', '请打@咨询', '「@」'],
  residentId: [
    '身份证号：@',
    '证件号@已核验',
    'ID card @ on file',
    '| 李四 | @ |',
    '身份证@，有效',
    '"idCard":"@"',
    '（@）',
  ],
  bankCard: ['卡号：@', '请转账到@，户名张三', '银行卡@已绑定', 'Card @ was charged', '| 工资卡 | @ |', '账号 @。'],
  email: [
    '邮箱：@',
    '发到@即可',
    'Write to @.',
    '<@>',
    '[写信](mailto:@)',
    '| 王五 | @ |',
    '抄送@，谢谢',
    '"email": "@"',
    '`@`',
  ],
  passport: ['护照号@', '护照：@，有效期至', 'Passport @ expires', '| 护照 | @ |', '持@入境'],
  plate: ['车牌@停在门口', '车牌号：@', '请@的车主挪车', 'Car @ is blocked', '| 访客车辆 | @ |'],
  creditCode: ['统一社会信用代码：@', '税号@', '税号 @，开专票', 'Company code @', '| 税号 | @ |'],
};

const KINDS = Object.keys(VALUES);

function personalLine(index: number): string {
  const kind = KINDS[index % KINDS.length] ?? 'mobile';
  return pick(AROUND[kind] ?? ['@']).replace('@', () => `⟦${kind}:${VALUES[kind]?.() ?? ''}⟧`);
}

const time = () =>
  `${digits(1, '01')}${digits(1)}:${digits(1, '012345')}${digits(1)}:${digits(1, '012345')}${digits(1)}`;
const compact = () => date(2020, 2026).replaceAll('-', '');
const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-');

/** What is none of these, with the words it usually comes with. */
const LOOK_ALIKES: readonly (() => readonly [string, string])[] = [
  () => ['订单号：@', `${compact()}${digits(random.between(6, 16))}`],
  () => ['单据 @ 已完成', `${pick(['24', '25', '26'])}${compact().slice(4)}${digits(10)}`],
  () => ['订单 @ 已发货', `${compact()}${digits(10)}`],
  () => ['订单编号：@', mobile()],
  () => ['Order no. @ shipped', pick([mobile(), digits(16, '123456789'), digits(18, '123456789')])],
  () => ['"orderId": @,', pick([digits(11, '1'), digits(19, '123456789')])],
  () => ['流水号 @', pick([digits(16, '123456789'), digits(20, '123456789'), digits(28, '4')])],
  () => ['快递单号：@', pick([`SF${digits(13)}`, `YT${digits(13)}`, digits(12, '7'), digits(15, '9')])],
  () => ['timestamp: @', pick([digits(9, '1'), digits(13, '1'), digits(16, '1')])],
  () => ['时间 @', `${date(2020, 2026)} ${time()}.${digits(3)}`],
  () => ['@ 发布', `${compact()}T${time().replaceAll(':', '')}Z`],
  () => [
    '金额：@',
    pick([
      `¥${digits(11, '1')}`,
      `${digits(11, '1')}.${digits(2)}`,
      `${digits(2, '1')},${digits(3)},${digits(3)},${digits(3)}`,
    ]),
  ],
  () => ['营收达到@', `${digits(11, '1')}${pick(['元', '%', '亿'])}`],
  () => ['trace @', pick([uuid(), hex(32), hex(16)])],
  () => ['commit @', hex(40)],
  () => ['消息ID：@', digits(19, '123456789')],
  () => ['id=@', pick([digits(18, '123456789'), digits(16, '123456789'), digits(10, '123456789')])],
  () => ['雪花 ID @', digits(19, '1')],
  () => ['见 @', `https://example.com/orders/${mobile()}/items?id=${digits(16, '4')}&t=${digits(13, '1')}`],
  () => ['[文档](@)', `https://docs.example.com/${hex(12)}/${digits(11, '1')}.html#p${digits(11, '1')}`],
  () => [
    '文件 @',
    pick([
      `/var/data/${mobile()}/a.log`,
      `C:\\backup\\${mobile()}`,
      `img_${mobile()}.jpg`,
      `export-${compact()}-${digits(9)}.csv`,
    ]),
  ],
  () => [
    '版本 @',
    pick([
      `v${digits(1)}.${digits(2, '1')}.${digits(3, '1')}`,
      `1.${mobile()}`,
      `2026.${digits(2, '1')}.${digits(5, '1')}`,
    ]),
  ],
  () => ['IP @', [1, 2, 3, 4].map(() => String(random.between(1, 254))).join('.')],
  () => ['MAC @', Array.from({ length: 6 }, () => hex(2)).join(':')],
  () => ['坐标 @', `${digits(2, '123')}.${digits(6)}, 1${digits(2, '012')}.${digits(6)}`],
  () => ['ISBN @', `978-7-${digits(3)}-${digits(5)}-${digits(1)}`],
  () => ['条码 @', `69${digits(11)}`],
  () => ['IMEI：@', `86${digits(13)}`],
  () => [
    '客服热线 @',
    pick([`400-${digits(3)}-${digits(4)}`, `95${digits(3)}`, '10086', `800-${digits(3)}-${digits(4)}`]),
  ],
  () => ['型号 @', pick([`E${digits(8)}`, `EA${digits(7)}`, `SN${digits(9)}`, `${letters(2)}-${digits(11, '1')}`])],
  () => ['料号：@', pick([`G${digits(8)}`, `P${digits(8)}`, `H${digits(10)}`])],
  () => ['批次 @', `${letters(1)}${compact()}`],
  () => ['工单 @', `${pick(['T', 'INC', 'REQ'])}${digits(11, '1')}`],
  () => ['QQ群 @', digits(random.between(6, 10), '123456789')],
  () => ['共@行', digits(random.between(12, 14), '1')],
  () => ['编号@', `${digits(12, '1')}`],
  () => [
    '安装 @',
    pick([
      `react@${digits(2, '1')}.${digits(1)}.${digits(1)}`,
      `@scope/pkg@1.${digits(1)}.0`,
      'git@github.com:team/repo.git',
    ]),
  ],
  () => ['图标 @', pick(['icon@2x.png', 'logo@3x.webp', 'bg@1.5x.jpg'])],
  () => ['登录 @', pick(['root@localhost', `deploy@10.0.${digits(1)}.${digits(1)}`, 'sshd@tty1.service'])],
  () => ['最新@', `A${digits(5)}`],
  () => ['阿里云@', `C${digits(5)}`],
  () => ['在北京@', `A座${digits(5)}号`],
  () => ['已遮盖 @', pick(['138****8000', 'a***@example.com', '1****************X', '************1234'])],
  () => ['表 @', `${digits(3, '1')}, ${digits(4)}, ${digits(4)}`],
  () => ['进度 @', `${digits(2, '1')}/${digits(3, '1')}`],
  () => ['二进制 @', `0x${hex(16)}`],
  () => ['令牌 @', `${hex(8)}${mobile()}${hex(8)}`],
  () => ['长串 @', `${mobile()}${digits(random.between(1, 6))}`],
  () => ['序列号：@', luhn(`62${digits(13)}`)],
  () => ['身份证格式示例 @', `${pick(REGIONS)}${compact().slice(0, 4)}13${digits(6)}`],
  () => ['航班 @', `CA${digits(4)}`],
];

function lookAlikeLine(index: number): string {
  const [around, value] = LOOK_ALIKES[index % LOOK_ALIKES.length]?.() ?? ['@', ''];
  return around.replace('@', () => `⟦-:${value}⟧`);
}

const lines = (count: number, line: (index: number) => string) =>
  `${Array.from({ length: count }, (_, index) => line(index)).join('\n')}\n`;

/** The generated files of the corpus, by their names; the same each time. */
export const GENERATED_CORPUS: ReadonlyMap<string, string> = new Map([
  ['personal.generated.txt', lines(PERSONAL_LINES, personalLine)],
  ['look-alikes.generated.txt', lines(LOOK_ALIKE_LINES, lookAlikeLine)],
]);

if (import.meta.main) {
  for (const [name, content] of GENERATED_CORPUS) writeFileSync(join(CORPUS_FOLDER, name), content);
}
