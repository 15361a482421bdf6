import { type Command, Option } from 'commander';
import type { ListOptions, StartOptions, TemplatesOptions } from './approvals.ts';
import type { StoreOptions } from './dead.ts';
import type { Terminal } from './terminal.ts';

/** `posthouse approvals list|show|templates|start`. */
export function addApprovals(on: Terminal, end: (code: number) => void, approvals: Command): void {
  const text = (zh: string, en: string) => on.say({ zh, en });
  const config = () => new Option('-c, --config <file>', text('设置文件', 'settings file'));
  const by = () =>
    new Option('--by <account>', text('以谁的名义（平台账号）', 'in whose name (an account of the platform)'));

  approvals
    .command('list')
    .description(text('列出本网关发起的审批，新的在前', 'list the approvals started here, newest first'))
    .addOption(config())
    .option('-n, --limit <count>', text('最多列出多少条', 'most to list'), Number, 50)
    .action(async (options: ListOptions) => {
      const { listApprovals } = await import('./approvals.ts');
      end(await listApprovals(on, options));
    });

  approvals
    .command('show <id>')
    .description(text('查看一个审批，以及它现在在平台上的状态', 'show one, and how it stands at the platform now'))
    .addOption(config())
    .action(async (id: string, options: StoreOptions) => {
      const { showApproval } = await import('./approvals.ts');
      end(await showApproval(on, id, options));
    });

  approvals
    .command('templates <channel>')
    .description(text('列出可用的审批模板及其字段', 'list the templates there are, with their fields'))
    .addOption(config())
    .addOption(by().makeOptionMandatory())
    .action(async (channel: string, options: TemplatesOptions) => {
      const { listTemplates } = await import('./approvals.ts');
      end(await listTemplates(on, channel, options));
    });

  approvals
    .command('start <channel> <template>')
    .description(text('发起一个审批', 'start one'))
    .addOption(config())
    .addOption(by().makeOptionMandatory())
    .option(
      '-f, --field <label=value...>',
      text('表单的值，可多次给出；多选用逗号分隔', 'a value of the form, several times; several choices with commas'),
    )
    .option('--key <key>', text('同一个键只发起一次', 'the same key starts the same approval once'))
    .action(async (channel: string, template: string, options: StartOptions) => {
      const { startApproval } = await import('./approvals.ts');
      end(await startApproval(on, channel, template, options));
    });
}
