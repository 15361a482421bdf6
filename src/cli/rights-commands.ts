import { type Command, Option } from 'commander';
import type { StoreOptions } from './dead.ts';
import type { ImportOptions } from './rights.ts';
import type { RouteOptions } from './route.ts';
import type { Terminal } from './terminal.ts';

/** `posthouse rights import|export|explain|log`. */
export function addRights(on: Terminal, end: (code: number) => void, rights: Command): void {
  const text = (zh: string, en: string) => on.say({ zh, en });
  const config = () => new Option('-c, --config <file>', text('设置文件', 'settings file'));
  const command = (usage: string, zh: string, en: string) =>
    rights.command(usage).description(text(zh, en)).addOption(config());

  command(
    'import <file>',
    '用文件（- 为标准输入）中的规则替换现有规则',
    'put the rules of a file (- for standard input) in the place of all there are',
  )
    .option('--merge', text('保留现有规则，只增加和修改', 'keep what there is: only add and change'))
    .option('--dry-run', text('只列出会有哪些变化', 'only say what would change'))
    .action(async (file: string, options: ImportOptions) => {
      const { importRights } = await import('./rights.ts');
      end(await importRights(on, file, options));
    });
  command('export [file]', '以 YAML 导出规则（- 为标准输出）', 'the rules as YAML (- for standard output)').action(
    async (file: string | undefined, options: StoreOptions) => {
      const { exportRights } = await import('./rights.ts');
      end(await exportRights(on, file, options));
    },
  );
  command(
    'explain <right>',
    '说明某人能否使用（如 agent:hr）',
    'whether somebody may use it (such as agent:hr), and why',
  )
    .requiredOption('--as <who>', text('谁：p-… 或 渠道/账号', 'who: p-… or channel/account'))
    .requiredOption('--in <where>', text('在哪里：渠道，或 渠道/群', 'where: a channel, or channel/chat of a group'))
    .action(async (right: string, options: RouteOptions) => {
      const { explainRights } = await import('./rights.ts');
      end(await explainRights(on, right, options));
    });
  command('log', '最近的权限判断', 'what was decided lately')
    .option('--as <person>', text('只看此人（p-…）', 'of this person only (p-…)'))
    .option('-n, --limit <count>', text('最多列出多少条', 'most to list'), Number, 100)
    .action(async (options: StoreOptions & { as?: string; limit: number }) => {
      const { listDecisions } = await import('./rights.ts');
      end(await listDecisions(on, options));
    });
}
