import type { StorableEvent } from '../../core/event.ts';
import type { Route } from '../../core/routes.ts';
import { agentOfMenu, agentOfWord } from '../routing.ts';
import { access, grantAccess, refuseAccess } from './access.ts';
import { chooseAgent } from './agent.ts';
import type { Command } from './command.ts';
import { goOn } from './continue.ts';
import { helpOn } from './help.ts';
import { chooseLang } from './lang.ts';
import { link, unlink } from './link.ts';
import { startNew } from './new.ts';
import { chooseScope } from './scope.ts';
import { sessions } from './sessions.ts';
import { stop } from './stop.ts';
import { whoami } from './whoami.ts';

/** All commands, in the order in which help lists them. */
const COMMANDS: readonly Command[] = [
  helpOn(() => COMMANDS),
  startNew,
  stop,
  sessions,
  goOn,
  chooseAgent,
  chooseScope,
  access,
  grantAccess,
  refuseAccess,
  link,
  unlink,
  whoami,
  chooseLang,
];

const BY_WORD: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) => [command.name, ...command.aliases].map((word) => [word, command] as const)),
);

/** A command with what was said after its word. */
export interface GivenCommand {
  readonly command: Command;
  readonly argument: string;
}

/**
 * The command that an event gives: a message that is nothing but `/word` (full-width slash and capitals count too), with words behind it
 * where the command takes some, or an entry of the bot's menu. A slash with any other word is for the agent.
 */
export function commandIn(event: StorableEvent): GivenCommand | undefined {
  if (event.kind === 'menu') return given(event.item.replace(/^[/／]/, ''), '');
  if (event.kind !== 'message' || event.parts.length !== 1) return undefined;
  const [part] = event.parts;
  if (part?.kind !== 'text') return undefined;
  const [, word, rest = ''] = /^\s*[/／](\S+)(?:\s+(.*))?$/su.exec(part.text) ?? [];
  return word === undefined ? undefined : given(word, rest.trim());
}

/** A route's word alone (`/hr`), or its entry of the menu: calls for that agent. */
export function agentCall(event: StorableEvent, routes: readonly Route[]): GivenCommand | undefined {
  const { channel } = event.to;
  const text =
    event.kind === 'message' && event.parts.length === 1 && event.parts[0]?.kind === 'text' ? event.parts[0].text : '';
  const agent = event.kind === 'menu' ? agentOfMenu(routes, event.item, channel) : agentOfWord(routes, text, channel);
  return agent === undefined ? undefined : { command: chooseAgent, argument: agent };
}

function given(word: string, argument: string): GivenCommand | undefined {
  const command = BY_WORD.get(word.toLowerCase());
  if (!command || (argument !== '' && command.takesWords !== true)) return undefined;
  return { command, argument };
}
