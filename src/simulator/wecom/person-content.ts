import { type Json } from '../../lib/read.ts';
import { randomHex } from '../ids.ts';
import { isAmr, silentAmr } from './media.ts';
import type { WecomWorld } from './world.ts';

/** What a person wrote, as the vendor keeps it. */
export interface Written {
  readonly type: string;
  readonly body: Json;
  /** Ids of the bots that are mentioned. */
  readonly mentioned?: readonly string[];
}

export interface PersonFile {
  readonly kind: 'image' | 'voice' | 'video' | 'file';
  /** Key of a file in the simulator. */
  readonly resource: string;
  readonly durationMs?: number | undefined;
  /** What the vendor understood of a voice message; only bots are told. */
  readonly recognized?: string | undefined;
}

/** `@{id}` of a bot becomes `@its name`, as it stands in what the bot is told. */
export function readMentions(world: WecomWorld, source: string): { text: string; mentioned: string[] } {
  const mentioned: string[] = [];
  const text = source.replaceAll(/@\{([^}]+)\} ?/g, (_, id: string) => {
    const bot = world.bots.get(id);
    if (bot === undefined) throw new Error(`there is no bot ${id} to mention`);
    mentioned.push(id);
    return `@${bot.name} `;
  });
  return { text, mentioned };
}

export function writeFile(world: WecomWorld, { kind, resource, durationMs = 2000, recognized }: PersonFile): Written {
  const { resources } = world.shared;
  const found = resources.find(resource);
  if (found === undefined) throw new Error(`there is no file ${resource}`);
  if (kind !== 'voice') return { type: kind, body: { resource } };
  // The vendor's clients record AMR, whatever was picked here.
  const content = found.content;
  const key =
    content !== undefined && isAmr(content)
      ? resource
      : resources.add({
          key: `voice-${randomHex()}`,
          name: 'voice.amr',
          mime: 'audio/amr',
          type: 'voice',
          content: silentAmr(durationMs),
        }).key;
  return { type: 'voice', body: { resource: key, durationMs, recognized: recognized ?? '（语音）' } };
}
