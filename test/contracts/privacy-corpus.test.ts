import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createGuard, DEFAULT_RULES } from '../../src/guard/guard.ts';
import { CORPUS_FOLDER, GENERATED_CORPUS } from '../support/make-privacy-corpus.ts';
import { type CorpusLine, type Marked, readPrivacyCorpus } from '../support/privacy-corpus.ts';

const guard = createGuard(DEFAULT_RULES);
const corpus = readPrivacyCorpus();
const finds = corpus.map(({ text }) => findsIn(text));
const marks = (isPersonal: boolean) =>
  corpus.flatMap((line, index) =>
    line.marks.filter(({ kind }) => (kind !== '-') === isPersonal).map((mark) => ({ line, index, mark })),
  );
const personal = marks(true);
const lookAlikes = marks(false);
const missed = personal.filter(({ index, mark }) => !finds[index]?.some((find) => covers(find, mark)));
const falselyMasked = lookAlikes.filter(({ index, mark }) => finds[index]?.some((find) => touches(find, mark)));

describe('the corpus of the privacy guard', () => {
  it('is large enough to say something', () => {
    expect(personal.length).toBeGreaterThan(2_000);
    expect(lookAlikes.length).toBeGreaterThan(3_000);
  });

  it('is what its script makes', () => {
    for (const [name, content] of GENERATED_CORPUS)
      expect(readFileSync(join(CORPUS_FOLDER, name), 'utf8')).toBe(content);
  });

  it('has 99 of 100 values found', () => {
    expect(1 - missed.length / personal.length, examples(missed)).toBeGreaterThanOrEqual(0.99);
  });

  it('has at most one of 1,000 look-alikes masked', () => {
    expect(falselyMasked.length / lookAlikes.length, examples(falselyMasked)).toBeLessThanOrEqual(0.001);
  });

  it('has each kind told by its name', () => {
    const wrong = personal.filter(({ index, mark }) =>
      finds[index]?.some((find) => covers(find, mark) && find.kind !== mark.kind),
    );
    expect(wrong.length / personal.length, examples(wrong)).toBeLessThanOrEqual(0.005);
  });

  it('has nothing found where nothing is marked', () => {
    const stray = corpus.filter((line, index) =>
      finds[index]?.some((find) => !line.marks.some((mark) => touches(find, mark))),
    );
    expect(stray.map(({ text }) => text)).toEqual([]);
  });
});

/** For whoever reads the run: recall by kind, and precision over all. */
afterAll(() => {
  const kinds = [...new Set(personal.map(({ mark }) => mark.kind))].toSorted();
  const rows = kinds.map((kind) => {
    const all = personal.filter(({ mark }) => mark.kind === kind).length;
    const lost = missed.filter(({ mark }) => mark.kind === kind).length;
    return `  ${kind.padEnd(12)} ${String(all - lost).padStart(5)} of ${String(all).padStart(5)}  ${percent(1 - lost / all)}`;
  });
  const found = personal.length - missed.length;
  const summary = [
    `recall     ${percent(found / personal.length)} of ${personal.length} values`,
    `precision  ${percent(found / (found + falselyMasked.length))}; ${falselyMasked.length} of ${lookAlikes.length} look-alikes masked`,
  ];
  process.stdout.write(`\n${[...summary, ...rows].join('\n')}\n\n`);
});

function findsIn(text: string): Marked[] {
  const found: Marked[] = [];
  const pipe = guard.pipe(undefined, ({ kind, start, end }) => found.push({ kind, start, end }));
  pipe.push(text);
  pipe.end();
  return found;
}

/** All of the value; a plus sign or a bracket before it may be left. */
function covers(find: Marked, mark: Marked): boolean {
  return find.start <= mark.start + 1 && find.end >= mark.end && find.start < mark.end;
}

function touches(find: Marked, mark: Marked): boolean {
  return find.start < mark.end && find.end > mark.start;
}

function examples(wrong: readonly { readonly line: CorpusLine; readonly mark: Marked }[]): string {
  return wrong
    .slice(0, 40)
    .map(({ line, mark }) => `${mark.kind} ${line.text.slice(mark.start, mark.end)} in ${line.text}`)
    .join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
