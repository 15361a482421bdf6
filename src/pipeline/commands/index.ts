import type { StorableEvent } from '../../core/event.ts';
import type { Command } from './command.ts';
import { helpOn } from './help.ts';
import { startNew } from './new.ts';
import { stop } from './stop.ts';

/** All commands, in the order in which help lists them. */
const COMMANDS: readonly Command[] = [helpOn(() => COMMANDS), startNew, stop];

const BY_WORD: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) => [command.name, ...command.aliases].map((word) => [word, command] as const)),
);

/**
 * The command that an event gives: a message that is nothing but `/word` (full-width slash and capitals count too), or an entry of the
 * bot's menu. A slash with any other word is for the agent.
 */
export function commandIn(event: StorableEvent): Command | undefined {
  if (event.kind === 'menu') return BY_WORD.get(event.item.replace(/^[/／]/, '').toLowerCase());
  if (event.kind !== 'message' || event.parts.length !== 1) return undefined;
  const [part] = event.parts;
  if (part?.kind !== 'text') return undefined;
  const word = /^\s*[/／](\S+)\s*$/u.exec(part.text)?.[1];
  return word === undefined ? undefined : BY_WORD.get(word.toLowerCase());
}
