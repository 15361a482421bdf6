import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { InLanguages } from '../core/lang.ts';
import { interpretOnly } from '../lib/heap.ts';
import type { PlatformKind } from '../simulator/contract.ts';
import { addApprovals } from './approval-commands.ts';
import type { DemoOptions } from './demo.ts';
import { printFailure } from './failure.ts';
import type { MaskOptions } from './mask.ts';
import type { MigrateOptions } from './migrate.ts';
import { addPeople } from './people-commands.ts';
import type { PushOptions, StatusOptions } from './push.ts';
import { addRights } from './rights-commands.ts';
import type { RouteOptions } from './route.ts';
import type { SimulateOptions } from './simulate.ts';
import type { StartOptions } from './start.ts';
import { readVersion, type Terminal } from './terminal.ts';
import { usageInChinese } from './usage-words.ts';
import { VENDORS } from './vendors.ts';

/** Runs what was typed; answers the exit code. Each command's code is loaded only when it is asked for. */
export async function runCommand(argv: readonly string[], on: Terminal): Promise<number> {
  let exitCode = 0;
  const program = build(on, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    // Commander has said already what was wrong with the command.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printFailure(on, error);
    return 1;
  }
}

function build(on: Terminal, end: (code: number) => void): Command {
  const program = new Command('posthouse');
  const text = (zh: string, en: string) => on.say({ zh, en });
  const lang = () =>
    new Option('--lang <lang>', text('界面语言', 'language of the texts')).choices(['zh', 'en']).default(on.lang);
  const config = () => new Option('-c, --config <file>', text('设置文件', 'settings file'));

  const command = (signature: string, zh: string, en: string) =>
    localized(program.command(signature), on).description(text(zh, en)).addOption(lang());

  localized(program, on)
    .description(
      text(
        '把 AI 智能体接入飞书、企业微信和钉钉的网关。先试用：posthouse demo',
        'The gateway that puts an AI agent to work in Feishu/Lark, WeCom and DingTalk. To try it: posthouse demo',
      ),
    )
    .version(readVersion(), '-V, --version', text('显示版本', 'show the version'))
    .addOption(lang())
    .helpCommand('help [command]', text('显示某个命令的帮助', 'show the help of a command'));

  const mode = () =>
    new Option(
      '--mode <mode>',
      text('事件如何送达（默认按各平台惯例）', 'how events are delivered (default: as is usual at each platform)'),
    ).choices(['webhook', 'socket']);
  const port = () =>
    new Option(
      '-p, --port <port>',
      text('页面端口（默认 8790，被占用时任取一个）', 'port of the page (default: 8790, or any where that is taken)'),
    ).argParser(portNumber(on));

  command(
    'demo',
    '在本机试用：模拟的飞书、企业微信、钉钉和 Dify，真实的网关',
    'try it: Feishu, WeCom, DingTalk and Dify simulated, the gateway for real',
  )
    .addOption(port())
    .addOption(mode())
    .option('--data <folder>', text('把网关的存储保留在此', 'keep the gateway’s store here'))
    .option('--reset', text('先清空 --data', 'empty --data first'))
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo.ts');
      end(await demo(on, options));
    });

  command('start', '启动网关', 'start the gateway')
    .addOption(config())
    .addOption(
      new Option(
        '--role <role>',
        text('本进程的职责：接收、处理，或两者', 'what this process does: take deliveries in, answer them, or both'),
      ).choices(['gateway', 'worker', 'all']),
    )
    .action(async (options: StartOptions) => {
      interpretOnly();
      const { start } = await import('./start.ts');
      end(await start(on, options));
    });

  command('check', '检查设置，并说明如何修改', 'check the settings and say what to change')
    .addOption(config())
    .option('--online', text('同时用凭证连接平台与智能体', 'also try the credentials with the platforms and agents'))
    .action(async (options: { config?: string; online?: boolean }) => {
      const { check } = await import('./check.ts');
      end(await check(on, options));
    });

  command('simulate', '只启动模拟端，供你自己的机器人使用', 'run the simulated far side alone, for a bot of your own')
    .addOption(port())
    .addOption(mode())
    .option(
      '--host <host>',
      text('监听地址；能访问它的人可以操作一切', 'address; whoever reaches it can do everything'),
      '127.0.0.1',
    )
    .addOption(
      new Option(
        '--url <url>',
        text(
          '网关用什么地址访问它，例如 http://simulator:8790；默认是监听的地址',
          'how the gateway reaches it, such as http://simulator:8790; default: where it listens',
        ),
      ).argParser(httpUrl(on)),
    )
    .addOption(
      new Option(
        '--platforms <list>',
        text('只模拟这些平台，用逗号分隔：feishu,wecom,dingtalk', 'only these, by commas: feishu,wecom,dingtalk'),
      ).argParser(platformList(on)),
    )
    .addOption(
      new Option(
        '--webhook <url>',
        text(
          '事件送到哪里：网关的地址，或一个完整的回调地址',
          'where events are delivered to: a gateway’s address, or a whole callback address',
        ),
      ).argParser(httpUrl(on)),
    )
    .option(
      '--speed <times>',
      text('重推等待快多少倍', 'how many times faster redelivery waits pass'),
      wholeNumber(on),
      1,
    )
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('./simulate.ts');
      end(await simulate(on, options));
    });

  command('mask', '遮盖标准输入中的个人信息，写到标准输出', 'mask personal data in standard input, to standard output')
    .addOption(config())
    .option(
      '--detect',
      text('只以 JSON 列出种类与位置（行、列、偏移）', 'list kinds and places instead (line, column, offset), as JSON'),
    )
    .option('--block', text('用种类名称代替，而不是星号', 'put the name of the kind in its place, not stars'))
    .action(async (options: MaskOptions) => {
      const { mask } = await import('./mask.ts');
      end(await mask(on, options));
    });

  command('push', '给人、群、部门或机器人发一条消息', 'send a message to people, groups, departments or a robot')
    .addOption(config())
    .addOption(
      new Option(
        '-t, --to <receiver>',
        text('接收者，可多次（robot:名称、渠道:user:ID…）', 'who gets it; may be repeated'),
      )
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .option('--text <words>', text('纯文本；- 表示从标准输入读取', 'plain words; - reads standard input'))
    .option('--markdown <words>', text('Markdown；- 表示从标准输入读取', 'Markdown; - reads standard input'))
    .option('--title <title>', text('标题', 'title'))
    .option(
      '--picture <url>',
      text('卡片上方图片的网址（与 --button 同用）', 'address of a picture above a card (with --button)'),
    )
    .option(
      '--file <url>',
      text(
        '图片、语音、视频或文件的网址，发送时下载',
        'address of a picture, voice, video or file, fetched when it is sent',
      ),
    )
    .option('--name <name>', text('文件名（与 --file 同用）', 'the file’s name (with --file)'))
    .option('--button <words=url>', text('卡片按钮，可多次', 'a button of a card; may be repeated'), collect, [])
    .option(
      '--answer <name=words>',
      text('可按下的回答，可多次（与 --title 同用）', 'an answer that can be pressed; may be repeated (with --title)'),
      collect,
      [],
    )
    .option(
      '--answers-to <receiver>',
      text('回答转发给谁，可多次', 'who is told each answer; may be repeated'),
      collect,
      [],
    )
    .option('--content <file>', text('从 JSON 文件读取全部内容（图文、选择题）', 'reads all of it from a JSON file'))
    .option('--key <key>', text('同一 key 只发一次', 'the same key is sent once'))
    .option('--notice', text('作为工作通知发送（钉钉）', 'as a work notification (DingTalk)'))
    .option('--again', text('当天已发过相同内容也再发（附上时间）', 'also to those who got the same words today'))
    .action(async (options: PushOptions) => {
      const { push } = await import('./push.ts');
      end(await push(on, options));
    });

  command('push-status <key>', '查询一次推送的结果', 'tell what has become of a push')
    .addOption(config())
    .option('--ask', text('同时询问平台（计入调用额度）', 'also ask the platforms; costs calls'))
    .option('--recall', text('撤回已发出的消息', 'take back what was sent'))
    .action(async (key: string, options: StatusOptions) => {
      const { pushStatus } = await import('./push.ts');
      end(await pushStatus(on, key, options));
    });

  command('dead', '列出死信', 'list the dead letters')
    .addOption(config())
    .option('-n, --limit <count>', text('最多列出多少条', 'most to list'), wholeNumber(on), 100)
    .action(async (options: { config?: string; limit: number }) => {
      const { listDead } = await import('./dead.ts');
      end(await listDead(on, options));
    });

  command(
    'replay <box> <number>',
    '重新处理一封死信（inbox 或 outbox）',
    'put a dead letter back to work (inbox or outbox)',
  )
    .addOption(config())
    .action(async (box: string, number: string, options: { config?: string }) => {
      const { replay } = await import('./dead.ts');
      end(await replay(on, box, number, options));
    });

  command('route <text>', '说明一个问题由哪个智能体回答，以及为什么', 'explain which agent a question goes to, and why')
    .addOption(config())
    .requiredOption('--as <who>', text('谁：p-… 或 渠道/账号', 'who: p-… or channel/account'))
    .requiredOption('--in <where>', text('在哪里：渠道，或 渠道/群', 'where: a channel, or channel/chat of a group'))
    .action(async (question: string, options: RouteOptions) => {
      const { explainRoute } = await import('./route.ts');
      end(await explainRoute(on, question, options));
    });

  addRights(on, end, command('rights', '角色、授权与额度', 'roles, grants and quotas'));

  addApprovals(on, end, command('approvals', '查看与发起审批', 'look at approvals, and start them'));

  addPeople(
    on,
    end,
    command('people', '查看、合并、导出与删除用户', 'look at people, link them, export and delete their data'),
  );

  const keys = command('keys', '各密钥加密了多少行存储内容', 'how many stored rows each key has sealed')
    .addOption(config())
    .action(async (options: { config?: string }) => {
      const { listKeys } = await import('./keys.ts');
      end(await listKeys(on, options));
    });
  localized(keys.command('new'), on)
    .description(text('生成一个新密钥，供 STORE_KEYS 使用', 'make a key for STORE_KEYS'))
    .addOption(lang())
    .action(async () => {
      const { newKey } = await import('./keys.ts');
      end(newKey(on));
    });

  command(
    'backup <file>',
    '把 SQLite 存储完整复制到一个新文件，可在网关运行时进行',
    'copy the SQLite store to a new file, whole, while the gateway runs',
  )
    .addOption(config())
    .action(async (file: string, options: { config?: string }) => {
      const { backup } = await import('./backup.ts');
      end(await backup(on, file, options));
    });

  command(
    'migrate',
    '把存储升级到本版本的结构（start 会自动进行），或把 SQLite 文件搬到 PostgreSQL',
    'bring the store up to date (start does so by itself), or move a SQLite file to PostgreSQL',
  )
    .addOption(config())
    .option('--from <file>', text('从这个 SQLite 文件复制', 'copy this SQLite file'))
    .option('--to <url>', text('复制到这个空的 PostgreSQL 数据库', 'into this empty PostgreSQL database'))
    .option('--dry-run', text('只比较，不改动', 'only count, change nothing'))
    .action(async (options: MigrateOptions) => {
      const { migrate } = await import('./migrate.ts');
      end(await migrate(on, options));
    });
  return program;
}

function platformList(on: Terminal): (text: string) => PlatformKind[] {
  return (text) => {
    const names = text.split(',').map((name) => name.trim());
    const known = VENDORS.filter((name) => names.includes(name));
    if (known.length > 0 && known.length === names.length) return known;
    const all = VENDORS.join(', ');
    throw new InvalidArgumentError(on.say({ zh: `应为其中几个：${all}。`, en: `Expected some of ${all}.` }));
  };
}

function httpUrl(on: Terminal): (text: string) => string {
  return (text) => {
    if (/^https?:\/\/\S+$/.test(text) && URL.canParse(text)) return text;
    throw new InvalidArgumentError(
      on.say({
        zh: '应为 http:// 或 https:// 开头的地址。',
        en: 'Expected an address that begins with http:// or https://.',
      }),
    );
  };
}

function collect(one: string, before: readonly string[] = []): readonly string[] {
  return [...before, one];
}

function wholeNumber(on: Terminal): (text: string) => number {
  return (text) => {
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw new InvalidArgumentError(on.say({ zh: '应为数字。', en: 'Expected a number.' }));
  };
}

function portNumber(on: Terminal): (text: string) => number {
  return (text) => {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    throw new InvalidArgumentError(
      on.say({ zh: '应为 0 到 65535 的数字。', en: 'Expected a number from 0 to 65535.' }),
    );
  };
}

const TITLES: Readonly<Record<string, InLanguages>> = {
  'Usage:': { zh: '用法：', en: 'Usage:' },
  'Options:': { zh: '选项：', en: 'Options:' },
  'Commands:': { zh: '命令：', en: 'Commands:' },
  'Arguments:': { zh: '参数：', en: 'Arguments:' },
};

/** Commander's own words in the language of the terminal. */
function localized(command: Command, on: Terminal): Command {
  return command
    .exitOverride()
    .configureHelp({ styleTitle: (title) => (TITLES[title] ? on.say(TITLES[title]) : title) })
    .helpOption('-h, --help', on.say({ zh: '显示帮助', en: 'show this help' }))
    .configureOutput({
      writeOut: (words) => on.out(words.trimEnd()),
      writeErr: (words) => on.err(words.trimEnd()),
      outputError: (words, write) => {
        const en = words.replace(/^error: /, '').trimEnd();
        write(`✘ ${on.say({ zh: usageInChinese(en), en })}`);
      },
    })
    .showHelpAfterError(on.say({ zh: '（用 --help 查看用法）', en: '(--help shows how it is used)' }));
}
