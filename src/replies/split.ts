import { splitMarkdown } from '../lib/markdown.ts';

/** The n-th message of an answer that may need several. */
export interface AnswerPart {
  readonly text: string;
  /** Nothing follows it so far. */
  readonly last: boolean;
}

/**
 * @param part - From 0; beyond the last one (an answer that was replaced by a shorter one) it is the last.
 * @param maxBytes - Longest answer in one message, in bytes of UTF-8.
 */
export function partAt(answer: string, part: number, maxBytes: number): AnswerPart {
  const pieces = splitAnswer(answer, maxBytes);
  const index = Math.min(part, pieces.length - 1);
  return { text: pieces[index] ?? '', last: index === pieces.length - 1 };
}

/** All messages of an answer, at least one. A border once drawn stays where it is while the answer grows. */
export function splitAnswer(answer: string, maxBytes: number): readonly string[] {
  // A character is at most three bytes for each unit of its length, so most answers need no count.
  if (answer.length * 3 <= maxBytes) return [answer];
  const pieces = splitMarkdown(answer, maxBytes);
  return pieces.length === 0 ? [''] : pieces;
}
