import { parseObject } from '../../../lib/read.ts';
import type { WecomMessage } from '../model.ts';
import type { WecomWorld } from '../world.ts';
import type { Interaction } from './bot-world.ts';
import { pollBody } from './inbound.ts';
import { applyReply, expire } from './replies.ts';

/** Asks for the next frame of what streams, until it is finished or its time is up. */
export function pollStreams(world: WecomWorld, interaction: Interaction): void {
  for (const message of interaction.streams.values()) void poll(world, interaction, message);
}

async function poll(world: WecomWorld, interaction: Interaction, message: WecomMessage): Promise<void> {
  const { stream } = message;
  const { clock, deliverer, limits, waits } = world;
  const bornIn = waits.era;
  while (stream !== undefined && !stream.finished) {
    await waits.pause(Math.min(limits.streamPollMs, Math.max(0, stream.until - clock.now())));
    if (waits.era !== bornIn) return;
    if (clock.now() >= stream.until) return expire(world, message);
    await deliverer.deliver({
      receiver: interaction.bot,
      event: 'stream',
      plain: JSON.stringify(pollBody(world, interaction, stream.id)),
      packing: { as: 'json' },
      tries: 1,
      answered: (reply) => readFrame(world, interaction, message, reply),
    });
  }
}

function readFrame(world: WecomWorld, interaction: Interaction, asked: WecomMessage, reply: string | undefined): void {
  const { bot } = interaction;
  try {
    const body = parseObject(reply ?? '');
    if (body === undefined) throw new Error('a poll was not answered with a stream');
    applyReply(world, interaction, body, { poll: asked });
  } catch (error) {
    world.recorder.badReply({ receiver: bot.id, why: error instanceof Error ? error.message : 'unreadable' });
  }
}
