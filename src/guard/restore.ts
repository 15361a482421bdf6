import type { Lang } from '../core/lang.ts';
import { PERSONAL_KINDS, type PersonalKind } from '../core/personal-data.ts';
import { CodeTracker } from './code.ts';
import type { TextForm } from './hide.ts';

/** What an agent reads in the place of a value: its kind and a number, which together stand for one value in one dialogue. */
export interface PlaceholderName {
  readonly kind: string;
  readonly number: number;
}

/** What a person is to read where the agent says a placeholder. */
export interface Restored extends PlaceholderName {
  readonly value: string;
}

/** `[手机号1]`, `[mobile number 1]`. */
export function nameOfPlaceholder({ kind, number }: PlaceholderName, lang: Lang): string {
  const label = labelsOf(kind)[lang === 'zh' ? 0 : 1] ?? kind;
  // A number behind Latin letters or digits stands apart.
  return /[A-Za-z0-9]$/.test(label) ? `[${label} ${number}]` : `[${label}${number}]`;
}

function labelsOf(kind: string): readonly [string, string] {
  if (!(kind in PERSONAL_KINDS)) return [kind, kind];
  const { zh, en } = PERSONAL_KINDS[kind as PersonalKind];
  return [zh, en];
}

/**
 * Puts values back where an agent says their placeholders.
 *
 * Models change a little what they repeat. Taken are both languages' names, any of the brackets `[ ［ 【 〔`, also with a backslash before, up to
 * two blanks inside, capitals and full-width digits. A name without brackets is a word like others.
 */
export class Restorer {
  // Made with the first value: most answers have none.
  #values: Map<string, string> | undefined;
  #kinds: Map<string, string> | undefined;
  #pattern: RegExp | undefined;
  #reach = 0;

  add(values: readonly Restored[]): void {
    if (values.length === 0) return;
    this.#values ??= new Map();
    this.#kinds ??= new Map();
    for (const { kind, number, value } of values) {
      this.#values.set(keyOf(kind, number), value);
      for (const label of labelsOf(kind)) this.#kinds.set(plain(label), kind);
    }
    this.#pattern = undefined;
  }

  get isEmpty(): boolean {
    return this.#values === undefined;
  }

  /** A text that is whole. */
  text(text: string, form: TextForm): string {
    return this.isEmpty ? text : this.stream(form).frame(text, true);
  }

  /** A text that grows. */
  stream(form: TextForm): RestoringStream {
    return new RestoringStream(this, form);
  }

  /** No placeholder is longer. */
  get reach(): number {
    this.pattern();
    return this.#reach;
  }

  pattern(): RegExp {
    if (this.#pattern) return this.#pattern;
    const labels = [...(this.#kinds?.keys() ?? [])].toSorted((one, other) => other.length - one.length);
    const words = labels.map((label) =>
      label.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll(' ', `${BLANK}{1,2}`),
    );
    this.#reach = Math.max(0, ...labels.map(({ length }) => 2 * length)) + 16;
    const number = '[0-9０-９]{1,6}';
    this.#pattern = new RegExp(
      `\\\\?[${OPENING}]${BLANK}{0,2}(${words.join('|')})${BLANK}{0,2}(${number})${BLANK}{0,2}\\\\?[${CLOSING}]`,
      'gi',
    );
    return this.#pattern;
  }

  /** What stands behind a placeholder that was found; undefined for one that is not known here. */
  valueOf(label: string, digits: string): string | undefined {
    const kind = this.#kinds?.get(plain(label));
    return kind === undefined ? undefined : this.#values?.get(keyOf(kind, Number(digits.normalize('NFKC'))));
  }
}

const OPENING = '\\[［【〔';
const CLOSING = '\\]］】〕';
/** A blank of any width on the same line. */
const BLANK = '[^\\S\\n]';
const OPENS = new RegExp(`[${OPENING}]`);
const CLOSES = new RegExp(`[${CLOSING}]`);

function keyOf(kind: string, number: number): string {
  return `${kind} ${number}`;
}

function plain(label: string): string {
  return label.replace(/\s+/g, ' ').toLowerCase();
}

/** Restores a text that grows: what was shown stays, and the end is held back as long as it may be the start of a placeholder. */
export class RestoringStream {
  readonly #restorer: Restorer;
  readonly #form: TextForm;
  #seen = '';
  #at = 0;
  #shown = '';
  #code = new CodeTracker();

  constructor(restorer: Restorer, form: TextForm) {
    this.#restorer = restorer;
    this.#form = form;
  }

  /** @param text - The whole text so far. @param isWhole - Nothing follows. */
  frame(text: string, isWhole: boolean): string {
    if (this.#restorer.isEmpty) return text;
    if (!text.startsWith(this.#seen)) this.#startAnew();
    const held = heldFrom(text, this.#at, this.#restorer.reach);
    this.#shown += this.#restored(text, this.#at, held, this.#code);
    this.#at = held;
    this.#seen = text;
    // On trial: a caller may have been wrong about the end.
    return isWhole ? this.#shown + this.#restored(text, held, text.length, this.#code.copy()) : this.#shown;
  }

  #restored(text: string, from: number, to: number, code: CodeTracker): string {
    return text
      .slice(from, to)
      .replace(this.#restorer.pattern(), (found, label: string, digits: string, at: number) => {
        const value = this.#restorer.valueOf(label, digits);
        if (value === undefined) return found;
        return this.#form === 'markdown' && !code.isCode(text, from + at) ? escaped(value) : value;
      });
  }

  #startAnew(): void {
    this.#seen = '';
    this.#at = 0;
    this.#shown = '';
    this.#code = new CodeTracker();
  }
}

/** From where on a text may go on as a placeholder: its last bracket that is not closed, as long as that is near enough. */
function heldFrom(text: string, from: number, reach: number): number {
  let held = text.length;
  for (let at = text.length - 1; at >= Math.max(from, text.length - reach); at--) {
    const char = text[at] ?? '';
    if (CLOSES.test(char)) break;
    if (OPENS.test(char)) held = at;
  }
  return held > from && text[held - 1] === '\\' ? held - 1 : held;
}

/** So that a value reads as it was written, whatever Markdown makes of its characters. */
function escaped(value: string): string {
  return value.replace(/[\\`*_[\]<>~|]/g, '\\$&');
}
