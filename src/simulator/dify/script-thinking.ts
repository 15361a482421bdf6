import { type Step, spoken } from './steps.ts';
import { inNodes, pause, pick, say, type Talk } from './talk.ts';

/** One character a delta, as fast as the pace allows five of them. */
export function lettered(talk: Talk, text: string): Step[] {
  return [...pause(talk.pace.firstMs), ...spoken(Array.from(text), talk.pace.chunkMs / 5)];
}

function thoughts(talk: Talk): string {
  return pick(
    talk,
    `用户想知道“${talk.query}”。\n先列出选项，再比较价格和交货期，最后给一个建议。`,
    `The person wants to know “${talk.query}”.\nList the options, compare price and delivery, then advise.`,
  );
}

/** The block as a model in tagged format emits it: inside the answer, its tags cut over several deltas. */
export function thinkBlock(talk: Talk): Step[] {
  const open = ['<', 'thi', 'nk', '>\n'];
  const close = ['\n</', 'think', '>', '\n\n'];
  const pieces = [...open, ...Array.from(thoughts(talk)), ...close];
  return inNodes(talk, [
    ...pause(talk.pace.firstMs),
    ...spoken(pieces, talk.pace.chunkMs / 2),
    ...say(talk, talk.text),
  ]);
}

/** The separated format. Releases and modes that do not have it send a tagged block. */
export function separateReasoning(talk: Talk): Step[] {
  if (!talk.flavour.newAgent || talk.mode !== 'advanced-chat') return thinkBlock(talk);
  const words = thoughts(talk).split(/(?<=[，。,.\n])/u);
  const steps = words.flatMap((text, at): Step[] => [
    { kind: 'reasoning', text, final: at === words.length - 1 },
    ...pause(talk.pace.chunkMs),
  ]);
  return inNodes(talk, [...pause(talk.pace.firstMs), ...steps, ...say(talk, talk.text)]);
}
