import { describe, expect, it } from 'vitest';
import type { PersonalKind, PrivacyPolicy } from '../core/personal-data.ts';
import { createGuard, DEFAULT_RULES } from './guard.ts';

const guard = createGuard(DEFAULT_RULES);
const mask = (text: string) => guard.mask(text).text;
const inMarkdown = (text: string) => guard.mask(text, { form: 'markdown', lang: 'en' }).text;

function withPolicy(kind: PersonalKind, policy: PrivacyPolicy) {
  return createGuard({ ...DEFAULT_RULES, kinds: { ...DEFAULT_RULES.kinds, [kind]: policy } });
}

describe('a value that is personal', () => {
  it.each([
    ['请拨打13800138000联系', '请拨打138****8000联系'],
    ['+86 138-0013-8000', '+86 138-****-8000'],
    ['8613800138000 / 0086 138 0013 8000', '86138****8000 / 0086 138 **** 8000'],
    ['１３８００１３８０００', '１３８****８０００'],
    ['13800138000/13900139000、13700137000', '138****8000/139****9000、137****7000'],
    ['138 0013 8000 139 0013 9000', '138 **** 8000 139 **** 9000'],
    ['Tel13800138000, tel-13900139000, Mobile/13700137000', 'Tel138****8000, tel-139****9000, Mobile/137****7000'],
    ['{"phone":"13800138000","n":1}', '{"phone":"138****8000","n":1}'],
    ['张三-13800138000.pdf', '张三-138****8000.pdf'],
    ['| 张三 | 13800138000 |', '| 张三 | 138****8000 |'],
    ['_13800138000_ **13900139000**', '_138****8000_ **139****9000**'],
    ['13800138000-Tom', '138****8000-Tom'],
    ['tel:13800138000', 'tel:138****8000'],
    ['1.13800138000\n2.13900139000', '1.138****8000\n2.139****9000'],
  ])('is a mobile number: %s', (text, masked) => expect(mask(text)).toBe(masked));

  it.each([
    ['010-88880000', '010-****0000'],
    ['(0755)8888 0000', '(0755)**** 0000'],
    ['（021） 88880000', '（021） ****0000'],
    ['+86 10 8888 0000', '+86 10 **** 0000'],
    ['0755-8880000-801', '0755-***0000-801'],
    ['总机02088880000', '总机020****0000'],
  ])('is a landline number: %s', (text, masked) => expect(mask(text)).toBe(masked));

  it.each([
    ['身份证号11010519491231002X。', '身份证号1****************X。'],
    ['110105 19491231 002x', '1***** ******** ***x'],
    ['１１０１０５１９４９１２３１００２Ｘ', '１****************Ｘ'],
    ['130503670401001', '1*************1'],
  ])('is a resident’s ID: %s', (text, masked) => expect(mask(text)).toBe(masked));

  it.each([
    ['6222021234567890128', '***************0128'],
    ['4111 1111 1111 1111', '**** **** **** 1111'],
    ['3782-822463-10005', '****-******-*0005'],
    ['5555555555554444', '************4444'],
  ])('is a bank card: %s', (text, masked) => expect(mask(text)).toBe(masked));

  it.each([
    ['邮箱alice.wang@example.com，', '邮箱a***@example.com，'],
    ['x@example.co', '***@example.co'],
    ['13800138000@example.com', '1***@example.com'],
    ['[mail](mailto:alice@example.com)', '[mail](mailto:a***@example.com)'],
    ['Alice＠example.com.', 'A***＠example.com.'],
  ])('is an e-mail address: %s', (text, masked) => expect(mask(text)).toBe(masked));

  it.each([
    ['护照E12345678', '护照E*******8'],
    ['passport no. G12345678', 'passport no. G*******8'],
    ['证件 EA1234567 有效', '证件 E*******7 有效'],
    ['车牌京A12345停在门口', '车牌京A***45停在门口'],
    ['粤B·D12345', '粤B·****45'],
    ['沪A1234学', '沪A***4学'],
    ['91350100M000100Y43', '91**************43'],
  ])('is a document, a plate or a company’s code: %s', (text, masked) => expect(mask(text)).toBe(masked));

  it('is masked in code and in a parameter of an address that names it', () => {
    expect(mask('`13800138000`')).toBe('`138****8000`');
    expect(mask('https://crm.example.com/u?phone=13800138000&id=13800138000')).toBe(
      'https://crm.example.com/u?phone=138****8000&id=13800138000',
    );
  });
});

describe('what only looks like it', () => {
  it.each([
    '订单号：13812345678',
    '"orderId": 13812345678',
    '| 流水号 | 13812345678 |',
    '20240615138001380001',
    '138001380001',
    '2380013800012',
    '1718000000, 1718000000000, 1718000000000000',
    '¥13812345678、13812345678元、13812345678.50、0.13812345678',
    'a13812345678f, ORD-13812345678, order_13812345678, 13812345678-8f3a',
    '550e8400-e29b-41d4-a716-446655440000 9f86d081884c7d659a2feaa0c55ad015',
    'https://example.com/orders/13812345678?id=6222021234567890128',
    '/var/log/13812345678/x, C:\\data\\13812345678, v1.13812345678',
    '110105194912310021, 110105194913310021, 990105194912310021',
    '6222021234567890127, 订单号 6222021234567890128',
    'git@github.com:team/repo.git, icon@2x.png, react@18.2.0, @alice, user@localhost',
    '400-810-8888, 95588, 10086, 12345',
    '型号 E12345678, G20240615, 航班 CA1234567, 编号：EA1234567',
    '最新A12345, 阿里云A10010, 在北京A座12345号, 新A款',
    '91350100M000100Y44',
    '10.0.12.138 00:13:80:01 2024-06-15 13:45:00.123',
    '31.230416, 121.473701; 1,380,013,800',
    '138****8000',
  ])('stays: %s', (text) => expect(mask(text)).toBe(text));
});

describe('a masked value in Markdown', () => {
  it('makes nothing bold', () => {
    expect(inMarkdown('13800138000 and 13900139000')).toBe('138\\*\\*\\*\\*8000 and 139\\*\\*\\*\\*9000');
  });

  it('shows no backslash in code', () => {
    const text = '`13800138000` 13800138000\n\n```sh\n13800138000 `\n```\n13800138000';
    const code = '138****8000';
    const words = '138\\*\\*\\*\\*8000';
    expect(inMarkdown(text)).toBe(`\`${code}\` ${words}\n\n\`\`\`sh\n${code} \`\n\`\`\`\n${words}`);
  });

  it('becomes no link where its name stands in its place', () => {
    const blocking = withPolicy('mobile', 'block');
    expect(blocking.mask('13800138000(Ada)', { form: 'markdown', lang: 'en' }).text).toBe('\\[mobile number\\](Ada)');
    expect(blocking.mask('13800138000', { form: 'plain', lang: 'zh' }).text).toBe('[手机号]');
  });
});

describe('the rules', () => {
  it('let a kind pass, and only that', () => {
    expect(withPolicy('email', 'allow').mask('a@example.com 13800138000').text).toBe('a@example.com 138****8000');
  });

  it('let everything pass where there are none', () => {
    const open = createGuard(undefined);
    expect(open.mask('13800138000')).toEqual({ text: '13800138000', found: {} });
    expect(open.stream().frame('13800138000', false)).toBe('13800138000');
  });

  it('count the kinds that were found', () => {
    expect(guard.mask('a@example.com 13800138000 13900139000').found).toEqual({ email: 1, mobile: 2 });
  });

  it('take an organisation’s own patterns, and what overlaps is masked as one', () => {
    const own = createGuard({
      ...DEFAULT_RULES,
      custom: [
        { name: '工号', pattern: 'EMP\\d{6}', policy: 'block' },
        { name: 'code', pattern: '8000-[A-Z]{2}', policy: 'mask' },
      ],
    });
    expect(own.mask('EMP123456 在').text).toBe('[工号] 在');
    expect(own.mask('13800138000 8000-AB').text).toBe('138****8000 8***-*B');
    expect(own.mask('EMP138001').found).toEqual({ 工号: 1 });
  });

  it('refuse a pattern that could blow up', () => {
    const custom = [{ name: 'bad', pattern: '(a{1,9}){1,9}', policy: 'mask' as const }];
    expect(() => createGuard({ ...DEFAULT_RULES, custom })).toThrow('bad');
  });
});
