import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from './program.ts';
import { createTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Types a command and answers what was printed. */
async function type(line: string, env: Record<string, string> = {}) {
  const argv = ['node', 'posthouse', ...line.split(' ')];
  const printed: string[] = [];
  const complained: string[] = [];
  const terminal = {
    ...createTerminal(argv, env),
    out: (text: string) => void printed.push(text),
    err: (text: string) => void complained.push(text),
  };
  const code = await runCommand(argv, terminal);
  return { code, out: printed.join('\n'), err: complained.join('\n') };
}

const FEISHU = {
  FEISHU_APP_ID: 'cli_0123456789abcdef',
  FEISHU_APP_SECRET: 'feishu-secret',
  FEISHU_ENCRYPT_KEY: 'encrypt-key',
};
const DIFY = { DIFY_BASE_URL: 'http://127.0.0.1:5001/v1', DIFY_API_KEY: 'app-key' };

describe('the command', () => {
  it('tells its version', async () => {
    expect(await type('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it('shows every command in its help, in the language of the shell', async () => {
    const english = await type('--help', { LANG: 'en_US.UTF-8' });
    const chinese = await type('--help', { LANG: 'zh_CN.UTF-8' });
    for (const name of ['demo', 'start', 'check', 'simulate', 'dead', 'replay', 'approvals', 'backup', 'migrate']) {
      expect(english.out).toContain(`\n  ${name}`);
      expect(chinese.out).toContain(`\n  ${name}`);
    }
    expect(english.out).toMatch(/^Usage: posthouse/);
    expect(chinese.out).toMatch(/^用法： posthouse/);
    expect((await type('--help --lang zh')).out).toEqual(chinese.out);
  });

  it('says what was wrong with what was typed', async () => {
    expect(await type('chek')).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining("✘ unknown command 'chek'\n(Did you mean check?)"),
    });
    expect((await type('replay inbox')).err).toContain("✘ missing required argument 'number'");
    expect((await type('demo --port x')).err).toContain('Expected a number from 0 to 65535.');
    expect((await type('simulate --port 99999')).err).toContain('Expected a number from 0 to 65535.');
    expect((await type('simulate --platforms feishu,slack')).err).toContain(
      'Expected some of feishu, wecom, dingtalk.',
    );
    expect((await type('simulate --webhook nowhere')).err).toContain('Expected an address');
  });

  it.each([
    ['chek', '没有“chek”这个命令\n（是否想用 check？）'],
    ['check --onlin', '没有“--onlin”这个选项\n（是否想用 --online？）'],
    ['replay inbox', '缺少参数 number'],
    ['route hello', '缺少选项 --as <who>'],
    ['check --config', '选项 -c, --config <file> 缺少值'],
    ['demo --port x', '选项 -p, --port <port> 的值“x”不对：应为 0 到 65535 的数字。'],
    ['start --role boss', '选项 --role <role> 的值“boss”不对：应为 gateway, worker, all 之一。'],
    ['check one two', '参数过多：应为 0 个，现有 2 个（one, two）'],
  ])('says so in Chinese to who reads Chinese: %s', async (line, said) => {
    const { code, err } = await type(line, { LANG: 'zh_CN.UTF-8' });
    expect(code).toBe(2);
    expect(err).toBe(`✘ ${said}\n（用 --help 查看用法）`);
  });

  it('names the port that is taken, and what chooses another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, err } = await type(`simulate --port ${port}`);
    server.close();
    expect({ code, err }).toEqual({
      code: 1,
      err: `✘ Port ${port} is taken by another program; stop that one, or choose another: PORT for the gateway, --port for demo and simulate.`,
    });
  });
});

describe('posthouse check', () => {
  it('shows what is set, and which address to give to the platform', async () => {
    const result = await type('check', { ...FEISHU, ...DIFY, PUBLIC_URL: 'https://bot.example.com/' });
    expect(result).toEqual({
      code: 0,
      err: '',
      out: [
        '✔ settings from the environment',
        '✔ store data/posthouse.db',
        '✔ channel feishu (feishu): https://bot.example.com/webhook/feishu, answered by dify',
        '✔ agent dify (dify)',
        'All in order.',
      ].join('\n'),
    });
  });

  it('says in Chinese what works but may not be meant so', async () => {
    const result = await type('check --lang zh', { ...FEISHU, FEISHU_MODE: 'socket' });
    expect(result).toEqual({
      code: 0,
      err: '',
      out: [
        '✔ 设置读自环境变量',
        '✔ 存储 data/posthouse.db',
        '✔ 渠道 feishu（feishu）：长连接，由 echo 回答',
        '✔ 智能体 echo（echo）',
        '! 没有配置智能体，机器人只会重复提问（echo）。设置 DIFY_BASE_URL 和 DIFY_API_KEY 即可接入 Dify。',
        '一切就绪。',
      ].join('\n'),
    });
  });

  it('says each fault in one sentence with where to find the right value', async () => {
    const result = await type('check', {
      FEISHU_APP_ID: 'cli_0123456789abcdef',
      FEISHU_MODE: 'sockt',
      DIFY_BASE_URL: 'dify.example.com',
      PORT: '99999',
    });
    expect(result).toEqual({
      code: 1,
      err: '',
      out: [
        '✘ PORT: is 99999, expected a number of at most 65535',
        '✘ FEISHU_APP_SECRET: is not set. Developer Console → your app → Credentials & Basic Info → App Secret',
        '✘ FEISHU_MODE: is "sockt", expected one of webhook, socket',
        '✘ DIFY_BASE_URL: is "dify.example.com", must be an http(s) address, e.g. https://api.dify.ai/v1',
        "✘ DIFY_API_KEY: is missing: copy the app's key (app-…) from its page “API Access”",
        '5 things to change.',
      ].join('\n'),
    });
  });

  it('names what was misspelt beside what is missing for it', async () => {
    const { FEISHU_APP_ID, FEISHU_APP_SECRET } = FEISHU;
    const misspelt = { FEISHU_APP_ID, FEISHU_APP_SECRET, FEISHU_MOD: 'socket' };
    const [missing, suspect] = [
      expect.stringMatching(/^✘ FEISHU_ENCRYPT_KEY: in webhook mode .*\(FEISHU_MODE=socket\) needs neither$/),
      '! The variable FEISHU_MOD sets nothing; did you mean FEISHU_MODE?',
    ];
    const checked = await type('check', misspelt);
    expect(checked.out.split('\n')).toEqual([missing, suspect, '1 thing to change.']);
    const started = await type('start', misspelt);
    expect(started.err.split('\n')).toEqual([missing, suspect, expect.stringContaining('posthouse check')]);
  });

  it('takes the example of a settings file', async () => {
    const secrets = {
      ADMIN_TOKEN: 'an-admin-token-of-an-operator',
      FEISHU_HR_SECRET: 'x',
      FEISHU_IT_ENCRYPT_KEY: 'x',
      FEISHU_IT_VERIFICATION_TOKEN: 'x',
      DIFY_HR_KEY: 'app-1',
      DIFY_IT_KEY: 'app-2',
    };
    const example = resolve(import.meta.dirname, '../../posthouse.example.yaml');
    const result = await type(`check --config ${example}`, secrets);
    // It names a secret's file that only the operator has.
    expect(result.out.split('\n')).toEqual([
      expect.stringMatching(
        /^✘ posthouse\.example\.yaml line \d+, channels\[1\]\.appSecret: names the file ".*feishu-it", which cannot be read/,
      ),
      '1 thing to change.',
    ]);
  });

  it('finds with --online that a server does not answer', async () => {
    const env = {
      ...FEISHU,
      FEISHU_BASE_URL: 'http://127.0.0.1:1',
      DIFY_BASE_URL: 'http://127.0.0.1:1/v1',
      DIFY_API_KEY: 'app-x',
    };
    const result = await type('check --online', env);
    expect(result.code).toBe(1);
    expect(result.out).toMatch(/^✘ channel feishu: /m);
    expect(result.out).toMatch(/^✘ agent dify: Dify cannot be reached at http:\/\/127\.0\.0\.1:1\/v1/m);
    expect(result.out).not.toContain('feishu-secret');
  }, 30_000);
});

describe('people', () => {
  it('are listed, and deleted only on a second word', { timeout: 30_000 }, async () => {
    const env = { ...FEISHU, DATABASE_URL: join(folder, 'people.db') };
    expect(await type('people delete p-nobody', env)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--yes'),
    });
    expect(await type('people delete p-nobody --yes', env)).toMatchObject({ code: 1 });
    expect(await type('people list', env)).toMatchObject({ code: 0, out: 'There is nobody yet.' });
  });
});

describe('dead letters', () => {
  it('are none in a new store', async () => {
    const env = { ...FEISHU, DATABASE_URL: join(folder, 'new.db') };
    expect(await type('migrate', env)).toMatchObject({
      code: 0,
      out: `✔ The store ${env.DATABASE_URL} is up to date.`,
    });
    expect(await type('dead', env)).toMatchObject({ code: 0, out: 'There are no dead letters.' });
    expect(await type('replay inbox 3', env)).toMatchObject({
      code: 1,
      err: '✘ There is no dead letter 3 in the inbox.',
    });
  });

  it('are asked for by a box and a number', async () => {
    expect(await type('replay attic 3', FEISHU)).toMatchObject({
      code: 2,
      err: expect.stringContaining('posthouse replay inbox 12'),
    });
  });

  it('are not looked for in a store that is not there', async () => {
    const { code, err } = await type('dead', { ...FEISHU, DATABASE_URL: join(folder, 'none', 'none.db') });
    expect(code).toBe(1);
    expect(err).toMatch(/^✘ The store cannot be opened \(DATABASE_URL\)/);
  });

  it('are not looked for in something that is no store', async () => {
    const file = join(folder, 'letter.txt');
    writeFileSync(file, 'Dear Ada, this is no database, however long one looks at it. '.repeat(100));
    const { code, err } = await type('dead', { ...FEISHU, DATABASE_URL: file });
    expect(code).toBe(1);
    expect(err).toMatch(/^✘ /);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
