import type { Lang } from '../core/lang.ts';
import type { PrivacyPolicy, PrivacyRules } from '../core/personal-data.ts';
import { CodeTracker } from './code.ts';
import { CustomPatterns } from './custom.ts';
import { placeholder, starOut, type TextForm } from './hide.ts';
import { type Find, Scan } from './scan.ts';

/** How many of each kind were found; never what. */
export type Found = Readonly<Record<string, number>>;

/** How a text is treated. */
export interface Manner {
  readonly form: TextForm;
  /** For the words that stand for a value that is left out. */
  readonly lang: Lang;
}

/** The rules, made ready once. */
export class Rules {
  readonly custom: CustomPatterns;
  readonly #policies: ReadonlyMap<string, PrivacyPolicy>;

  constructor({ kinds, custom }: PrivacyRules) {
    const wanted = custom.filter(({ policy }) => policy !== 'allow');
    this.custom = new CustomPatterns(wanted);
    this.#policies = new Map([
      ...wanted.map(({ name, policy }) => [name, policy] as const),
      ...Object.entries<PrivacyPolicy>(kinds),
    ]);
  }

  /** Nothing is looked for. */
  get isIdle(): boolean {
    return [...this.#policies.values()].every((policy) => policy === 'allow');
  }

  policyOf(kind: string): PrivacyPolicy {
    return this.#policies.get(kind) ?? 'mask';
  }
}

/**
 * How far one has come in a text that arrives bit by bit: what is in front of `shown` is settled and never changes, what is behind is looked at
 * again.
 *
 * - scanned: up to here the built-in kinds are settled. Never inside a word.
 * - shown: up to here everything is; at most `scanned`.
 * - pending: finds between the two.
 */
export class Sweep {
  readonly #rules: Rules;
  readonly #manner: Manner;
  readonly #found: Record<string, number> = {};
  readonly #report: ((find: Find<string>) => void) | undefined;
  #scanned = 0;
  #shown = 0;
  #last = -1;
  #pending: Find<string>[] = [];
  #code = new CodeTracker();

  /** @param report - Told of each find once it is settled, with its place in the text as given to `advance`. */
  constructor(rules: Rules, manner: Manner, report?: (find: Find<string>) => void) {
    this.#rules = rules;
    this.#manner = manner;
    this.#report = report;
  }

  get found(): Found {
    return this.#found;
  }

  /** Nothing has been replaced so far. */
  get isUntouched(): boolean {
    return Object.keys(this.#found).length === 0;
  }

  /** Up to where the text is settled; also what a text that goes on must begin with. */
  get shown(): number {
    return this.#shown;
  }

  get scanned(): number {
    return this.#scanned;
  }

  copy(): Sweep {
    const copy = new Sweep(this.#rules, this.#manner, this.#report);
    Object.assign(copy.#found, this.#found);
    copy.#scanned = this.#scanned;
    copy.#shown = this.#shown;
    copy.#last = this.#last;
    copy.#pending = [...this.#pending];
    copy.#code = this.#code.copy();
    return copy;
  }

  /** As much of the text was cut off in front. */
  shift(by: number): void {
    this.#scanned -= by;
    this.#shown -= by;
    this.#last = Math.max(-1, this.#last - by);
    this.#pending = this.#pending.map(({ kind, start, end }) => ({ kind, start: start - by, end: end - by }));
  }

  /**
   * Goes on in a text that begins with what was settled before.
   *
   * @param isWhole - Nothing follows: everything is settled.
   * @returns What may be shown in addition.
   */
  advance(text: string, isWhole: boolean): string {
    const { custom } = this.#rules;
    const builtIn: Find[] = [];
    const scan = new Scan(text, isWhole, this.#last, builtIn);
    this.#scanned = scan.run(this.#scanned);
    this.#last = scan.last;
    const wanted = builtIn.filter(({ kind }) => this.#rules.policyOf(kind) !== 'allow');
    this.#pending.push(...wanted);
    const settled = isWhole ? text.length : Math.min(this.#scanned, Math.max(this.#shown, text.length - custom.reach));
    const finds = [...this.#pending];
    custom.find(text, this.#shown, settled, finds);
    return this.#show(text, joined(finds), settled);
  }

  #show(text: string, finds: readonly Find<string>[], settled: number): string {
    let out = '';
    let limit = settled;
    for (const find of finds) {
      if (find.start >= limit) break;
      if (find.end > limit) {
        limit = find.start;
        break;
      }
      out += text.slice(this.#shown, find.start) + this.#replace(text, find);
      this.#shown = find.end;
    }
    out += text.slice(this.#shown, limit);
    this.#shown = limit;
    this.#pending = this.#pending.filter(({ end }) => end > limit);
    return out;
  }

  #replace(text: string, find: Find<string>): string {
    const { form, lang } = this.#manner;
    const { kind, start, end } = find;
    this.#found[kind] = (this.#found[kind] ?? 0) + 1;
    this.#report?.(find);
    const here = form === 'markdown' && this.#code.isCode(text, start) ? 'plain' : form;
    const policy = this.#rules.policyOf(kind);
    if (policy === 'block' || policy === 'placeholder') return placeholder(kind, lang, here);
    // What is left of two values at once would be more than of each.
    return starOut(find.isJoined ? '' : kind, text.slice(start, end), here);
  }
}

/** Finds in the order of the text; what overlaps is one, of the kind that begins first. */
function joined(finds: Find<string>[]): readonly Find<string>[] {
  finds.sort((one, other) => one.start - other.start || other.end - one.end);
  const result: Find<string>[] = [];
  for (const find of finds) {
    const before = result.at(-1);
    if (before && find.start < before.end)
      result[result.length - 1] = { ...before, end: Math.max(before.end, find.end), isJoined: true };
    else result.push(find);
  }
  return result;
}
