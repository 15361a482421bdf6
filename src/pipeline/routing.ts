import type { AgentName } from '../core/ids.ts';
import type { Route } from '../core/routes.ts';

/** What a question is routed by. */
export interface RouteQuery {
  readonly channel: string;
  readonly chat: string;
  readonly departments: readonly string[];
  readonly roles: readonly string[];
  /** What is written; absent where an agent is looked for without a question. */
  readonly text?: string;
  /** The agent that she has called for. */
  readonly chosen?: AgentName;
  /** The channel's. */
  readonly standard: AgentName;
}

export const ROUTE_CONDITIONS = [
  'channel',
  'chat',
  'department',
  'role',
  'command',
  'menu',
  'keyword',
  'pattern',
] as const;
export type RouteCondition = (typeof ROUTE_CONDITIONS)[number];

/** How one rule fared: `failed` is the first condition that did not hold. */
export interface RouteStep {
  /** Its place in the settings, from 0. */
  readonly index: number;
  readonly agent: AgentName;
  readonly name?: string | undefined;
  readonly failed?: RouteCondition;
}

export interface Routed {
  readonly agent: AgentName;
  /**
   * What decided.
   * - command: the question began with an agent's word.
   * - choice: she has called for this agent (`/agent`).
   * - rule: the first that fits.
   * - channel: none did.
   */
  readonly by: 'command' | 'choice' | 'rule' | 'channel';
  /** The question without the agent's word. */
  readonly text?: string;
  /** Every rule that was looked at, in order. */
  readonly steps: readonly RouteStep[];
}

/**
 * Which agent answers. Who names an agent gets it: first for this question, by its word, then for the conversation, by her choice. Otherwise
 * the first rule that fits decides, and the channel's own agent where none does.
 */
export function pickRoute(routes: readonly Route[], query: RouteQuery): Routed {
  const steps: RouteStep[] = [];
  const isFirst = (index: number) => {
    const step = lookAt(routes, index, query);
    steps.push(step);
    return step.failed === undefined;
  };
  const [byWord, others] = [indexesOf(routes, true), indexesOf(routes, false)];
  const word = byWord.find(isFirst);
  if (word !== undefined)
    return { agent: agentAt(routes, word), by: 'command', text: splitWord(query.text)?.rest ?? '', steps };
  if (query.chosen !== undefined) return { agent: query.chosen, by: 'choice', steps };
  const rule = others.find(isFirst);
  if (rule !== undefined) return { agent: agentAt(routes, rule), by: 'rule', steps };
  return { agent: query.standard, by: 'channel', steps };
}

function indexesOf(routes: readonly Route[], hasWord: boolean): readonly number[] {
  return [...routes.keys()].filter((index) => (routes[index]?.command !== undefined) === hasWord);
}

function agentAt(routes: readonly Route[], index: number): AgentName {
  return (routes[index] as Route).agent;
}

function lookAt(routes: readonly Route[], index: number, query: RouteQuery): RouteStep {
  const route = routes[index] as Route;
  const failed = ROUTE_CONDITIONS.find((condition) => !holds(condition, route, query));
  return { index, agent: route.agent, name: route.name, ...(failed !== undefined && { failed }) };
}

function holds(condition: RouteCondition, route: Route, query: RouteQuery): boolean {
  if (route[condition] === undefined) return true;
  switch (condition) {
    case 'channel':
      return contains(route.channel, query.channel);
    case 'chat':
      return contains(route.chat, query.chat);
    case 'department':
      return query.departments.some((department) => contains(route.department, department));
    case 'role':
      return query.roles.some((role) => contains(route.role, role));
    case 'command':
      return contains(route.command?.map(small), splitWord(query.text)?.word);
    case 'menu':
      // An entry of the menu asks nothing: it is looked up by `agentOfMenu`.
      return false;
    case 'keyword':
      return route.keyword?.some((word) => small(query.text ?? '').includes(small(word))) === true;
    case 'pattern':
      return query.text !== undefined && patternOf(route.pattern ?? '').test(query.text);
  }
}

function contains(wanted: readonly string[] | undefined, found: string | undefined): boolean {
  return found !== undefined && wanted?.includes(found) === true;
}

/** Full-width letters count as their narrow ones. */
function small(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const PATTERNS = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  const known = PATTERNS.get(source) ?? new RegExp(source, 'iu');
  PATTERNS.set(source, known);
  return known;
}

/** A message's first word behind a slash, and what follows. */
function splitWord(text: string | undefined): { readonly word: string; readonly rest: string } | undefined {
  const [, word, rest = ''] = /^\s*[/／](\S+)(?:\s+(.*))?$/su.exec(text ?? '') ?? [];
  return word === undefined ? undefined : { word: small(word), rest: rest.trim() };
}

/** The agent that a word alone calls for (`/hr` without a question). */
export function agentOfWord(routes: readonly Route[], text: string, channel: string): AgentName | undefined {
  const split = splitWord(text);
  if (split === undefined || split.rest !== '') return undefined;
  return routes.find((route) => isFor(route, channel) && contains(route.command?.map(small), split.word))?.agent;
}

/** The agent that an entry of the bot's menu calls for. */
export function agentOfMenu(routes: readonly Route[], item: string, channel: string): AgentName | undefined {
  return routes.find((route) => isFor(route, channel) && contains(route.menu, item))?.agent;
}

function isFor(route: Route, channel: string): boolean {
  return route.channel === undefined || route.channel.includes(channel);
}
