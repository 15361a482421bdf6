import { asksDirectories } from '../app/from-settings.ts';
import type { ChannelSettings, Settings } from '../config/settings.ts';
import { type ChannelName, id } from '../core/ids.ts';
import type { InLanguages } from '../core/lang.ts';
import { noLog } from '../core/log.ts';
import { type Department, WHOLE_COMPANY } from '../core/members.ts';
import type { Store } from '../core/store.ts';
import { systemClock } from '../lib/clock.ts';
import { type Synced, syncDirectory } from '../pipeline/directory/sync.ts';
import { createDirectoryWatch } from '../pipeline/directory/watch.ts';
import { unknownChannel } from './channels.ts';
import { type StoreOptions, withStore } from './dead.ts';
import { failureText } from './failure.ts';
import { onePlatform } from './one-platform.ts';
import type { Terminal } from './terminal.ts';

const PAGE = 500;

/** Looks through the directories of all channels, or of one; a gateway may run meanwhile, and goes by it within a second. */
export async function syncDirectories(terminal: Terminal, only: string | undefined, options: StoreOptions) {
  return withStore(terminal, options, false, async (store, _, settings) => {
    if (!asksDirectories(settings.people)) {
      terminal.err(
        terminal.say({
          zh: '✘ 未启用通讯录：请设置 PEOPLE_DIRECTORY=true（people.directory）。',
          en: '✘ Directories are not asked: set PEOPLE_DIRECTORY=true (people.directory).',
        }),
      );
      return 2;
    }
    let faults = 0;
    for (const channel of channelsOf(settings, only)) {
      try {
        terminal.out(`${channel.name}  ${terminal.say(wordsOf(await syncOne(channel, store, settings)))}`);
      } catch (error) {
        faults += 1;
        terminal.err(`✘ ${channel.name}  ${terminal.say(failureText(error))}`);
      }
    }
    return faults === 0 ? 0 : 1;
  });
}

async function syncOne(channel: ChannelSettings, store: Store, settings: Settings): Promise<Synced> {
  const name = id<ChannelName>(channel.name);
  const platform = onePlatform(channel, settings);
  const { trust, refreshHours } = settings.people;
  const platforms = new Map([[name, platform]]);
  const parts = { platforms, store, trust, clock: systemClock, log: noLog };
  const watch = createDirectoryWatch({ ...parts, refreshMs: refreshHours * 3_600_000 });
  try {
    // What has changed raises the revision that every process goes by.
    return await syncDirectory(name, 0, { ...parts, watch, changed: () => undefined }, new AbortController().signal);
  } finally {
    await platform.close?.();
  }
}

function wordsOf(done: Synced) {
  switch (done.kind) {
    case 'done': {
      const { departments, listed, known, missing } = done;
      return {
        zh: `✔ 部门 ${departments}，成员 ${listed}，其中使用过的 ${known}，名单外逐一核对 ${missing}`,
        en: `✔ ${departments} departments, ${listed} members, ${known} of them have written, ${missing} were in no list and looked up`,
      };
    }
    case 'busy':
      return { zh: '· 另一个进程正在通读，稍后再试', en: '· another process is at it; try again later' };
    default:
      return { zh: '· 这个渠道没有通讯录', en: '· this channel has no directory' };
  }
}

/** Lists departments as rules name them, with what they are part of. */
export async function listDepartments(terminal: Terminal, only: string | undefined, options: StoreOptions) {
  return withStore(terminal, options, true, async (store, _, settings) => {
    let found = 0;
    for (const channel of channelsOf(settings, only)) {
      const { name } = channel;
      const all = await departmentsOf(store, id<ChannelName>(name));
      const root = await rootOf(channel, settings);
      found += all.size;
      for (const one of all.values()) terminal.out(`${name}/${one.id}  ${terminal.say(pathOf(one, all, root))}`);
    }
    if (found === 0) {
      terminal.out(
        terminal.say({
          zh: '还没有读到部门；posthouse people sync 通读通讯录。',
          en: 'No department is known yet; posthouse people sync reads the directories.',
        }),
      );
    }
    return 0;
  });
}

async function rootOf(channel: ChannelSettings, settings: Settings): Promise<string | undefined> {
  const platform = onePlatform(channel, settings);
  const root = platform.directory?.company?.root;
  await platform.close?.();
  return root;
}

async function departmentsOf(store: Store, channel: ChannelName): Promise<ReadonlyMap<string, Department>> {
  const all = new Map<string, Department>();
  for (let after = ''; ; ) {
    const page = await store.departments.page(channel, after, PAGE);
    for (const one of page) all.set(one.id, one);
    after = page.at(-1)?.id ?? '';
    if (page.length < PAGE) return all;
  }
}

/** Its name behind those of all that are above it. */
function pathOf(department: Department, all: ReadonlyMap<string, Department>, root: string | undefined): InLanguages {
  const names: InLanguages[] = [];
  const passed = new Set<string>();
  for (let one: Department | undefined = department; one && !passed.has(one.id); one = all.get(one.parent ?? '')) {
    const name = one.name ?? one.id;
    names.unshift(one.id === root ? WHOLE_COMPANY : { zh: name, en: name });
    passed.add(one.id);
  }
  return { zh: names.map(({ zh }) => zh).join(' / '), en: names.map(({ en }) => en).join(' / ') };
}

function channelsOf(settings: Settings, only: string | undefined): readonly ChannelSettings[] {
  const wanted = settings.channels.filter(({ name }) => only === undefined || name === only);
  if (wanted.length > 0) return wanted;
  throw unknownChannel(only ?? '', settings);
}
