import { asksDirectories, rulesOf } from '../app/from-settings.ts';
import type { Settings } from '../config/settings.ts';
import { WordedError } from '../core/errors.ts';
import type { ReplyAddress } from '../core/event.ts';
import { type AccountId, type ChannelName, type ChatId, id, type PersonId } from '../core/ids.ts';
import { conversationLane } from '../core/lane.ts';
import type { Person } from '../core/people-store.ts';
import type { Asker } from '../core/rights.ts';
import { type Route, UNKNOWN_STANDING } from '../core/routes.ts';
import type { SessionOwner } from '../core/session-store.ts';
import type { Store } from '../core/store.ts';
import { pickRoute, ROUTE_CONDITIONS, type Routed, type RouteStep } from '../pipeline/routing.ts';
import { openRulebook } from '../rights/rulebook.ts';
import { unknownChannel } from './channels.ts';
import { type StoreOptions, withStore } from './dead.ts';
import { sentenceOf } from './decision-words.ts';
import type { Terminal } from './terminal.ts';

export interface RouteOptions extends StoreOptions {
  /** `p-…` or `channel/account`. */
  readonly as: string;
  /** `channel` or `channel/chat`. */
  readonly in: string;
}

/** Says which agent a question goes to and why, as the settings and the store have it now; nothing is sent and nothing is stored. */
export async function explainRoute(terminal: Terminal, text: string, options: RouteOptions): Promise<number> {
  return withStore(terminal, options, true, async (store, _, settings) => {
    const asker = await readAsker(store, settings, options);
    const { person, to } = asker;
    const standard = settings.channels.find(({ name }) => name === to.channel)?.agent ?? settings.defaultAgent;
    const chosen = await store.sessions.chosen(asker.owner, to.channel);
    const isThere = settings.agents.some(({ name }) => name === chosen);
    const who = await askerOf(asker, store, settings);
    const book = await openRulebook(await store.rights.rules());
    const now = Date.now();
    const routed = pickRoute(settings.routes, {
      channel: to.channel,
      chat: to.chat,
      departments: who.departments,
      roles: book.rolesOf(who, now).map(({ name }) => name),
      text,
      standard,
      ...(chosen !== undefined && isThere && { chosen }),
    });
    terminal.out(terminal.say({ zh: `提问者：${person.id}`, en: `Asked by ${person.id}` }));
    for (const line of explain(routed, settings.routes)) terminal.out(terminal.say(line));
    terminal.out(terminal.say(sentenceOf(book.decide(who, 'agent', routed.agent, now), `agent:${routed.agent}`)));
    return 0;
  });
}

/** Somebody with all that rights may be given by, as it is stored. */
export async function askerOf({ person, to }: CliAsker, store: Store, { channels, people }: Settings): Promise<Asker> {
  const { departments, own, left } = asksDirectories(people)
    ? await store.directory.standing(person.id)
    : UNKNOWN_STANDING;
  return {
    person: person.id,
    channel: to.channel,
    platform: channels.find(({ name }) => name === to.channel)?.platform ?? to.channel,
    group: to.kind === 'group' ? to.chat : undefined,
    departments,
    ownDepartments: own.map((one) => one.id),
    left: left || person.hasLeft === true,
  };
}

export interface CliAsker {
  readonly person: Person;
  readonly to: ReplyAddress;
  readonly owner: SessionOwner;
}

/** @throws {GatewayError} `not_found`, `channel_unknown`. */
export async function readAsker(store: Store, settings: Settings, { as, in: place }: Pick<RouteOptions, 'as' | 'in'>) {
  const [channel = '', chat] = splitAt(place);
  const rules = rulesOf(settings).get(id<ChannelName>(channel));
  if (!rules) throw unknownChannel(channel, settings);
  const { person, account } = await readPerson(store, as, id(channel));
  const to: ReplyAddress = {
    channel: id<ChannelName>(channel),
    kind: chat === undefined ? 'direct' : 'group',
    chat: id<ChatId>(chat ?? ''),
  };
  const lane = conversationLane({ to, from: { account, ids: {} } }, rules.scope);
  const owner: SessionOwner = to.kind === 'direct' ? { scope: 'person', person: person.id } : { scope: 'lane', lane };
  return { person, to, owner } satisfies CliAsker;
}

async function readPerson(
  store: Store,
  as: string,
  channel: ChannelName,
): Promise<{ readonly person: Person; readonly account: AccountId }> {
  const [there, name] = splitAt(as);
  if (name !== undefined) {
    const account = id<AccountId>(name);
    const person = await store.people.find(id<ChannelName>(there ?? ''), account);
    if (person) return { person, account };
    throw new WordedError('not_found', {
      zh: `还没有人从 ${as} 发过消息；posthouse people list 列出全部`,
      en: `nobody has written from ${as} yet; posthouse people list names them`,
    });
  }
  const accounts = await store.people.accounts(id<PersonId>(as));
  const here = accounts.find((one) => one.channel === channel) ?? accounts[0];
  const person = here && (await store.people.find(here.channel, here.account));
  if (person && here) return { person, account: here.account };
  throw new WordedError('not_found', {
    zh: `没有 ${as} 这个人；posthouse people list 列出全部`,
    en: `there is no person ${as}; posthouse people list names them`,
  });
}

/** `channel/anything`: what follows may have slashes of its own. */
function splitAt(text: string): readonly [string | undefined, string | undefined] {
  const cut = text.indexOf('/');
  return cut === -1 ? [text, undefined] : [text.slice(0, cut), text.slice(cut + 1)];
}

function explain(
  { agent, by, text = '', steps }: Routed,
  routes: readonly Route[],
): readonly { zh: string; en: string }[] {
  const why = {
    command: { zh: '问题以它的命令词开头', en: 'the question begins with its word' },
    choice: { zh: '本人用 /agent 选择了它', en: 'it was called for with /agent' },
    rule: { zh: '第一条符合的规则', en: 'the first rule that fits' },
    channel: { zh: '没有规则符合，使用渠道的智能体', en: 'no rule fits; it is the channel’s agent' },
  }[by];
  const rest = by === 'command' ? [{ zh: `问题文本：${text}`, en: `It is asked: ${text}` }] : [];
  return [
    ...steps.map((step) => lineOf(step, routes[step.index])),
    { zh: `→ ${agent}（${why.zh}）`, en: `→ ${agent} (${why.en})` },
    ...rest,
  ];
}

function lineOf({ index, agent, name, failed }: RouteStep, route: Route | undefined) {
  const conditions = ROUTE_CONDITIONS.filter((condition) => route?.[condition] !== undefined);
  const all = conditions.join(', ');
  const head = `routes.${index}${name === undefined ? '' : ` “${name}”`} → ${agent}`;
  if (failed === undefined)
    return { zh: `✔ ${head}：符合（${all || '无条件'}）`, en: `✔ ${head}: fits (${all || 'no condition'})` };
  const value = String(route?.[failed] ?? '');
  return { zh: `· ${head}：${failed} 不符（${value}）`, en: `· ${head}: ${failed} does not hold (${value})` };
}
