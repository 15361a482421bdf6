import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { asksDirectories } from '../app/from-settings.ts';
import { valueAt } from '../config/entries.ts';
import { issueText } from '../config/faults.ts';
import type { Settings } from '../config/settings.ts';
import { pathText } from '../config/settings-file.ts';
import { WordedError } from '../core/errors.ts';
import { id, type PersonId } from '../core/ids.ts';
import type { InLanguages } from '../core/lang.ts';
import { RIGHT_KINDS, type RightKind, type RightsRules } from '../core/rights.ts';
import { countersOf } from '../rights/quotas.ts';
import { openRulebook } from '../rights/rulebook.ts';
import { changesOf, mergedRules } from '../rights/rules-diff.ts';
import { RulesError, readRules, writeRules } from '../rights/rules-file.ts';
import { type StoreOptions, withStore } from './dead.ts';
import { sentenceOf, whyOf } from './decision-words.ts';
import { askerOf, type RouteOptions, readAsker } from './route.ts';
import type { Terminal } from './terminal.ts';

export interface ImportOptions extends StoreOptions {
  /** Adds to what there is instead of taking its place. */
  readonly merge?: boolean;
  /** Says what would change, and changes nothing. */
  readonly dryRun?: boolean;
}

/** Puts the rules of a file in the place of all there are, or beside them; a running gateway goes by them within a second. */
export async function importRights(terminal: Terminal, file: string, options: ImportOptions): Promise<number> {
  const rules = await textOf(file);
  const { merge = false, dryRun = false } = options;
  return withStore(terminal, options, dryRun, async (store, _, settings) => {
    const before = await store.rights.rules();
    const given = rulesIn(rules, merge ? before.roles.map(({ name }) => name) : []);
    const after = merge ? mergedRules(before, given) : given;
    for (const { kind, of, what } of changesOf(before, after)) {
      terminal.out(`${{ added: '+', removed: '-', changed: '~' }[kind]} ${terminal.say(KINDS[of])} ${what}`);
    }
    if (!dryRun) await store.rights[merge ? 'merge' : 'replace'](given, 'admin', Date.now());
    const [roles, grants] = [after.roles.length, after.grants.length];
    terminal.out(
      terminal.say(
        dryRun
          ? {
              zh: `· 试运行：未做修改，导入后为 ${roles} 个角色、${grants} 条授权。`,
              en: `· Nothing was changed; ${roles} roles and ${grants} grants would be in force.`,
            }
          : {
              zh: `✔ 已导入，现有 ${roles} 个角色、${grants} 条授权。`,
              en: `✔ ${roles} roles and ${grants} grants are in force.`,
            },
      ),
    );
    for (const words of remarks(after, settings)) terminal.out(terminal.say(words));
    return 0;
  });
}

/** @throws {GatewayError} with all that is wrong, in both languages. */
function rulesIn(text: string, others: readonly string[]): RightsRules {
  try {
    return readRules(text, others);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    const faults = error.issues.flatMap((issue) => faultsOf(issue, error.given));
    throw new WordedError('config_invalid', {
      zh: faults.map(({ place, words }) => `${place || '规则'}：${words.zh}`).join('\n'),
      en: faults.map(({ place, words }) => `${place || 'rules'}: ${words.en}`).join('\n'),
    });
  }
}

function faultsOf(issue: RulesError['issues'][number], given: unknown): { place: string; words: InLanguages }[] {
  const place = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const words = { zh: '规则中没有这一项，见 docs/rights.md', en: 'is nothing that rules have, see docs/rights.md' };
    return issue.keys.map((key) => ({ place: pathText([...issue.path, key]), words }));
  }
  if (issue.code === 'invalid_key') {
    const words = {
      zh: '角色名应为 1 到 40 个字母、数字、点、下划线或连字符，以字母或数字开头',
      en: 'a role is named by 1 to 40 letters, digits, dots, underscores or hyphens, the first a letter or a digit',
    };
    return [{ place, words }];
  }
  return [{ place, words: issueText(issue, valueAt(given, issue.path), undefined) }];
}

const TOKENS = { zh: 'token', en: 'tokens' } as const;
const MESSAGES = { zh: '条消息', en: 'messages' } as const;
const KINDS = { role: { zh: '角色', en: 'role' }, grant: { zh: '授权', en: 'grant' } } as const;

async function textOf(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new WordedError(
      'config_invalid',
      {
        zh: `无法读取 ${file}，请检查路径和权限`,
        en: `cannot read ${file}; check its path and rights`,
      },
      { cause: error },
    );
  }
}

/** What an administrator may not have meant. */
function remarks({ roles, grants }: RightsRules, settings: Settings): readonly { zh: string; en: string }[] {
  const agents: readonly string[] = settings.agents.map(({ name }) => name);
  const isBlind = !asksDirectories(settings.people) && namesDepartments(roles, grants);
  const allowed = roles.flatMap(({ allow }) => allow);
  const closed = RIGHT_KINDS.filter((kind) => allowed.some((right) => right.startsWith(`${kind}:`)));
  const named = [...allowed, ...roles.flatMap(({ deny }) => deny)].filter((right) => right.startsWith('agent:'));
  const strange = [...new Set(named.map((right) => right.slice('agent:'.length)))].filter(
    (name) => name !== '*' && !agents.includes(name),
  );
  return [
    ...closed.map((kind) => ({
      zh: `  ${kind}：只有角色允许的才能使用`,
      en: `  ${kind}: only what a role allows may be used`,
    })),
    ...strange.map((name) => ({
      zh: `⚠ 设置中没有智能体 ${name}`,
      en: `⚠ There is no agent ${name} in the settings`,
    })),
    ...(isBlind ? [NOBODY_IN_DEPARTMENTS] : []),
  ];
}

function namesDepartments(roles: RightsRules['roles'], grants: RightsRules['grants']): boolean {
  const hasQuota = roles.some(({ quotas }) => quotas.some(({ of }) => of === 'department'));
  return hasQuota || grants.some(({ to }) => to.startsWith('department:'));
}

const NOBODY_IN_DEPARTMENTS = {
  zh: '⚠ 规则用到了部门，但未启用通讯录（PEOPLE_DIRECTORY），目前不适用于任何人',
  en: '⚠ Rules name departments, and directories are not asked (PEOPLE_DIRECTORY): they fit nobody',
};

/** Writes the rules as YAML, to standard output or into a file. */
export async function exportRights(terminal: Terminal, file: string | undefined, options: StoreOptions) {
  return withStore(terminal, options, true, async (store) => {
    const rules = writeRules(await store.rights.rules());
    if (file === undefined || file === '-') terminal.out(rules.trimEnd());
    else await writeFile(file, rules);
    return 0;
  });
}

/** Says whether somebody may do something, by which role, and what is left of her quotas. */
export async function explainRights(terminal: Terminal, right: string, options: RouteOptions): Promise<number> {
  const [kind, name] = splitRight(right);
  return withStore(terminal, options, true, async (store, _, settings) => {
    const given = await readAsker(store, settings, options);
    const asker = await askerOf(given, store, settings);
    const { person } = given;
    const book = await openRulebook(await store.rights.rules());
    const now = Date.now();
    const roles = book.rolesOf(asker, now).map((role) => role.name);
    terminal.out(terminal.say({ zh: `提问者：${person.id}`, en: `Asked by ${person.id}` }));
    terminal.out(terminal.say({ zh: `角色：${roles.join('、') || '无'}`, en: `Roles: ${roles.join(', ') || 'none'}` }));
    terminal.out(terminal.say(sentenceOf(book.decide(asker, kind, name, now), right)));
    const counters = countersOf(book.quotasOf(asker, now), asker, now);
    const used = await store.rights.used(counters.map(({ owner }) => owner));
    for (const { owner, period, messages, tokens } of counters) {
      const so = used.find((one) => one.owner === owner && one.period === period);
      const [amount, most, unit] =
        messages === undefined ? [so?.tokens, tokens, TOKENS] : [so?.messages, messages, MESSAGES];
      terminal.out(`${owner}  ${period}  ${amount ?? 0} / ${most ?? 0} ${terminal.say(unit)}`);
    }
    return 0;
  });
}

function splitRight(right: string): readonly [RightKind, string] {
  const [kind, name] = [right.slice(0, right.indexOf(':')), right.slice(right.indexOf(':') + 1)];
  const known = RIGHT_KINDS.find((one) => one === kind);
  if (known && name !== '') return [known, name];
  throw new WordedError('config_invalid', {
    zh: `应为 agent:名称、command:名称 或 feature:名称，而不是 ${right}`,
    en: `expected agent:NAME, command:NAME or feature:NAME, not ${right}`,
  });
}

/** Lists who wanted what lately, and whether she might. */
export async function listDecisions(
  terminal: Terminal,
  options: StoreOptions & { readonly as?: string; readonly limit: number },
): Promise<number> {
  return withStore(terminal, options, true, async (store) => {
    const person = options.as === undefined ? undefined : id<PersonId>(options.as);
    const decisions = await store.rights.decisions(person, options.limit);
    if (decisions.length === 0) terminal.out(terminal.say({ zh: '没有记录。', en: 'Nothing is noted.' }));
    for (const one of decisions) {
      const mark = one.allowed ? '✔' : '✘';
      terminal.out(
        [new Date(one.at).toISOString(), mark, one.right, one.person, one.channel, terminal.say(whyOf(one.why))].join(
          '  ',
        ),
      );
    }
    return 0;
  });
}
