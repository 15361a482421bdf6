import { type Command, Option } from 'commander';
import type { StoreOptions } from './dead.ts';
import type { DeleteOptions } from './people.ts';
import type { Terminal } from './terminal.ts';

/** `posthouse people list|show|link|unlink|undo|sync|departments|export|delete`. */
export function addPeople(on: Terminal, end: (code: number) => void, people: Command): void {
  const text = (zh: string, en: string) => on.say({ zh, en });
  const config = () => new Option('-c, --config <file>', text('设置文件', 'settings file'));
  const command = (usage: string, zh: string, en: string) =>
    people.command(usage).description(text(zh, en)).addOption(config());

  command('list', '列出所有人及其账号', 'list persons with their accounts')
    .option('-n, --limit <count>', text('最多列出多少人', 'most to list'), Number, 100)
    .action(async (options: StoreOptions & { limit: number }) => {
      const { listPeople } = await import('./people.ts');
      end(await listPeople(on, options));
    });
  command('show <person>', '一个人的账号、合并与记录', 'one person: accounts, merges, what was done').action(
    async (person: string, options: StoreOptions) => {
      const { showPerson } = await import('./people.ts');
      end(await showPerson(on, person, options));
    },
  );
  command('link <one> <other>', '把两个人合并为一个', 'make two persons one').action(
    async (one: string, other: string, options: StoreOptions) => {
      const { linkPeople } = await import('./people.ts');
      end(await linkPeople(on, one, other, options));
    },
  );
  command('unlink <channel> <account>', '把一个账号分开', 'part an account from its person').action(
    async (channel: string, account: string, options: StoreOptions) => {
      const { unlinkAccount } = await import('./people.ts');
      end(await unlinkAccount(on, channel, account, options));
    },
  );
  command('undo <merge>', '撤销一次合并', 'take a merge back').action(async (merge: string, options: StoreOptions) => {
    const { undoMerge } = await import('./people.ts');
    end(await undoMerge(on, merge, options));
  });
  command(
    'sync [channel]',
    '通读各平台通讯录：部门与使用过的人',
    'read the directories: departments, and who has written',
  ).action(async (channel: string | undefined, options: StoreOptions) => {
    const { syncDirectories } = await import('./directory.ts');
    end(await syncDirectories(on, channel, options));
  });
  command('departments [channel]', '列出部门及规则中的写法', 'departments, as rules name them').action(
    async (channel: string | undefined, options: StoreOptions) => {
      const { listDepartments } = await import('./directory.ts');
      end(await listDepartments(on, channel, options));
    },
  );
  command('export <person>', '以 JSON 导出此人的全部数据', 'all that is kept of a person, as JSON').action(
    async (person: string, options: StoreOptions) => {
      const { exportPerson } = await import('./people.ts');
      end(await exportPerson(on, person, options));
    },
  );
  command('delete <person>', '删除此人的全部数据', 'forget a person')
    .option('--yes', text('确认删除', 'really do it'))
    .action(async (person: string, options: DeleteOptions) => {
      const { deletePerson } = await import('./people.ts');
      end(await deletePerson(on, person, options));
    });
}
