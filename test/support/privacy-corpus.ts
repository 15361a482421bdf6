import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS_FOLDER } from './make-privacy-corpus.ts';

/** Something in a line that is personal, or only looks like it (`-`). */
export interface Marked {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** A line of the corpus without its marks. */
export interface CorpusLine {
  readonly text: string;
  readonly marks: readonly Marked[];
}

/** Every line of every file of the corpus. */
export function readPrivacyCorpus(): readonly CorpusLine[] {
  const files = readdirSync(CORPUS_FOLDER).filter((name) => name.endsWith('.txt'));
  const lines = files.flatMap((name) => readFileSync(join(CORPUS_FOLDER, name), 'utf8').split('\n'));
  return lines.filter((line) => line !== '').map(readLine);
}

function readLine(line: string): CorpusLine {
  const marks: Marked[] = [];
  let text = '';
  let from = 0;
  for (const { 0: whole, 1: kind = '', 2: value = '', index } of line.matchAll(/⟦([\w-]+):(.*?)⟧/g)) {
    text += line.slice(from, index);
    marks.push({ kind, start: text.length, end: text.length + value.length });
    text += value;
    from = index + whole.length;
  }
  return { text: text + line.slice(from), marks };
}
