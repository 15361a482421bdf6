import { GatewayError } from '../core/errors.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Platform } from '../core/platform.ts';
import type { Pusher, PushMessage } from '../core/push.ts';
import type { Sent } from '../core/reply.ts';
import type { OutboxRow } from '../core/store.ts';
import { say } from '../core/text.ts';

/** Who can bring a push. */
export interface PusherSources {
  readonly platforms: ReadonlyMap<ChannelName, Pick<Platform, 'pusher'>>;
  readonly robots?: ReadonlyMap<ChannelName, Pusher>;
}

export function pusherOf(channel: ChannelName, { platforms, robots }: PusherSources): Pusher | undefined {
  return platforms.get(channel)?.pusher ?? robots?.get(channel);
}

export type PushRow = OutboxRow & { readonly message: PushMessage };

/** Takes one part of a push to its vendor. */
export async function handPush(
  row: PushRow,
  sources: PusherSources,
  now: number,
  options: { readonly signal: AbortSignal; readonly save: (sent: Sent) => Promise<void> },
): Promise<Sent> {
  const { channel } = row.message.to;
  const pusher = pusherOf(channel, sources);
  if (!pusher) throw new GatewayError('channel_unknown', `nothing of the name ${channel} pushes`);
  const message = inDoubt(row, pusher, now) ? markRepeat(row.message) : row.message;
  return pusher.send(message, row.sent === undefined ? options : { ...options, prior: row.sent });
}

/** Whether a former try may have arrived and the vendor would show this one beside it. @throws when that was so before. */
function inDoubt({ message, doubts, createdAt }: PushRow, pusher: Pusher, now: number): boolean {
  if (doubts === 0 || pusher.knownUntil(message, createdAt) > now) return false;
  if (doubts > 1)
    throw new GatewayError('platform_rejected', 'in doubt twice and the vendor keeps no key: not sent again');
  return true;
}

function markRepeat(message: PushMessage): PushMessage {
  const { content, lang } = message;
  const mark = say(lang, 'repeat');
  // A picture has no place for words.
  if (content.kind === 'file') {
    const { file } = content;
    return { ...message, content: { ...content, file: { ...file, name: `${mark} ${file.name}` } } };
  }
  if (content.kind !== 'articles')
    return { ...message, content: { ...content, text: `${content.text} ${mark}`.trim() } };
  const articles = content.articles.map((one, index) =>
    index === 0 ? { ...one, title: `${one.title} ${mark}` } : one,
  );
  return { ...message, content: { ...content, articles } };
}
