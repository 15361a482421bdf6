import type { Lang } from '../../../core/lang.ts';
import { byteLength } from '../../../lib/markdown.ts';
import type { HandOverWhy, Line } from './dialogue.ts';
import { type LabelKey, label } from './labels.ts';

/** What a servicer reads before she takes over. */
export interface DigestOf {
  /** '' where the vendor does not say. */
  readonly name: string;
  readonly why: HandOverWhy;
  readonly lang: Lang;
  readonly lines: readonly Line[];
}

/** One message of the app, with room for what masks add. */
const MAX_DIGEST_BYTES = 1_900;
const MAX_FACT_CHARS = 150;
const REASONS: Readonly<Record<HandOverWhy, LabelKey>> = {
  asked: 'whyAsked',
  agent: 'whyAgent',
  rated: 'whyRated',
  failed: 'whyFailed',
  pool: 'whyPool',
  colleague: 'whyColleague',
};

/** Who it is, why, what she wants and what was answered; then as many of the last lines as fit, the newest of them always. */
export function digestOf({ name, why, lang, lines }: DigestOf): string {
  const question = lines.findLast((line) => line.by === 'customer' && line.aside !== true);
  const answer = question && lines.findLast((line) => line.by === 'assistant');
  const facts = [
    label(lang, name === '' ? 'briefing' : 'briefingOf', { name }),
    label(lang, REASONS[why]),
    label(lang, 'speaks', { language: label(lang, lang === 'zh' ? 'chinese' : 'english') }),
    ...(question?.at === undefined ? [] : [label(lang, 'wroteAt', { at: timeOf(question.at) })]),
    ...(question ? [label(lang, 'wants', { question: shortened(question.text) })] : []),
    answer ? label(lang, 'wasAnswered', { answer: shortened(answer.text) }) : label(lang, 'unanswered'),
    label(lang, 'saidBefore'),
  ];
  const said: string[] = [];
  let left = MAX_DIGEST_BYTES - byteLength(facts.join('\n'));
  for (const { by, text } of lines.toReversed()) {
    const line = `${label(lang, by)}${text}`;
    left -= byteLength(line) + 1;
    if (left < 0) break;
    said.unshift(line);
  }
  return [...facts, ...said].join('\n');
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= MAX_FACT_CHARS ? text : `${characters.slice(0, MAX_FACT_CHARS - 1).join('')}…`;
}

/** `05-31 14:03`, as the vendor's organisations read their clocks. */
function timeOf(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');
}
