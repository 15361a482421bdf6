import { PERSONAL_KINDS, type PersonalKind, type PrivacyPolicy, type PrivacyRules } from '../core/personal-data.ts';
import { LOOK_BACK } from './borders.ts';
import type { Find } from './scan.ts';
import { type Found, type Manner, Rules, Sweep } from './sweep.ts';

/** A text without what must not leave, and what kinds it held. */
export interface Masked {
  readonly text: string;
  readonly found: Found;
}

/** A text that grows, looked at every now and then. */
export interface GuardedStream {
  /**
   * What may be shown of the text so far. While more may come, the end is held back as long as it may be the start of something personal; the
   * result only grows, until a text is given that does not begin like the former ones (an answer that was replaced).
   *
   * @param text - The whole text so far.
   * @param isWhole - Nothing follows.
   */
  frame(text: string, isWhole: boolean): string;
  /** What the last frame held. */
  readonly found: Found;
}

/** A text that passes through in pieces and is not kept. */
export interface GuardedPipe {
  /** @returns What may leave so far. */
  push(piece: string): string;
  /** @returns The rest. */
  end(): string;
}

/** A value in a text, and what is to become of it. */
export interface PersonalFind extends Find<string> {
  readonly value: string;
  readonly policy: Exclude<PrivacyPolicy, 'allow'>;
}

/** Keeps personal data from leaving. */
export interface Guard {
  /** Lets everything pass. */
  readonly isOpen: boolean;
  /** The values of a text in their order, for whoever replaces them herself. */
  finds(text: string): readonly PersonalFind[];
  mask(text: string, manner?: Manner): Masked;
  stream(manner?: Manner): GuardedStream;
  /** @param report - Told of each find, with its place in the whole text. */
  pipe(manner?: Manner, report?: (find: Find<string>, value: string) => void): GuardedPipe;
}

const PLAIN: Manner = { form: 'plain', lang: 'zh' };
const NOTHING: Found = {};

/** Everything is masked. */
export const DEFAULT_RULES: PrivacyRules = {
  kinds: Object.fromEntries(Object.keys(PERSONAL_KINDS).map((kind) => [kind, 'mask'])) as Record<
    PersonalKind,
    PrivacyPolicy
  >,
  custom: [],
};

/**
 * Makes a guard.
 *
 * @param privacy - What to look for and what becomes of it; undefined lets everything pass.
 * @throws {GatewayError} `config_invalid` for a custom pattern that could blow up.
 */
export function createGuard(privacy: PrivacyRules | undefined): Guard {
  const rules = privacy && new Rules(privacy);
  if (rules === undefined || rules.isIdle) return OPEN;
  return {
    isOpen: false,
    finds: (text) => findsIn(text, rules),
    mask(text, manner = PLAIN) {
      const sweep = new Sweep(rules, manner);
      return { text: sweep.advance(text, true), found: sweep.found };
    },
    stream: (manner = PLAIN) => new Stream(rules, manner),
    pipe: (manner = PLAIN, report) => new Pipe(rules, manner, report),
  };
}

function findsIn(text: string, rules: Rules): readonly PersonalFind[] {
  const finds: PersonalFind[] = [];
  const sweep = new Sweep(rules, PLAIN, (find) => {
    const policy = rules.policyOf(find.kind);
    if (policy !== 'allow') finds.push({ ...find, value: text.slice(find.start, find.end), policy });
  });
  sweep.advance(text, true);
  return finds;
}

/** Lets everything pass. */
const OPEN: Guard = {
  isOpen: true,
  finds: () => [],
  mask: (text) => ({ text, found: NOTHING }),
  stream: () => ({ frame: (text) => text, found: NOTHING }),
  pipe: () => ({ push: (piece) => piece, end: () => '' }),
};

class Stream implements GuardedStream {
  readonly #rules: Rules;
  readonly #manner: Manner;
  #sweep: Sweep;
  /** The text that was looked at last: what was settled rests on all of it. */
  #seen = '';
  #shown = '';
  found: Found = NOTHING;
  #last: { readonly text: string; readonly isWhole: boolean; readonly shown: string } | undefined;

  constructor(rules: Rules, manner: Manner) {
    this.#rules = rules;
    this.#manner = manner;
    this.#sweep = new Sweep(rules, manner);
  }

  frame(text: string, isWhole: boolean): string {
    if (this.#last?.isWhole === isWhole && this.#last.text === text) return this.#last.shown;
    if (!text.startsWith(this.#seen)) this.#startAnew();
    const shown = isWhole ? this.#finish(text) : this.#grow(text);
    this.#last = { text, isWhole, shown };
    return shown;
  }

  #grow(text: string): string {
    const more = this.#sweep.advance(text, false);
    // A part of the text itself instead of a copy, as long as the two are the same: a thousand answers that grow are held once.
    this.#shown = this.#sweep.isUntouched ? text.slice(0, this.#sweep.shown) : this.#shown + more;
    this.#seen = text;
    this.found = this.#sweep.found;
    return this.#shown;
  }

  /** Settled on trial: a caller may have been wrong about the end. */
  #finish(text: string): string {
    const rest = this.#sweep.copy();
    const more = rest.advance(text, true);
    this.found = rest.found;
    return rest.isUntouched ? text : this.#shown + more;
  }

  #startAnew(): void {
    this.#sweep = new Sweep(this.#rules, this.#manner);
    this.#seen = '';
    this.#shown = '';
  }
}

class Pipe implements GuardedPipe {
  readonly #sweep: Sweep;
  #text = '';
  /** How much of the whole text was cut off in front. */
  #gone = 0;

  constructor(rules: Rules, manner: Manner, report?: (find: Find<string>, value: string) => void) {
    this.#sweep = new Sweep(
      rules,
      manner,
      report &&
        (({ kind, start, end }) =>
          report({ kind, start: start + this.#gone, end: end + this.#gone }, this.#text.slice(start, end))),
    );
  }

  push(piece: string): string {
    this.#text += piece;
    const out = this.#sweep.advance(this.#text, false);
    const cut = Math.max(0, Math.min(this.#sweep.shown, this.#sweep.scanned) - LOOK_BACK);
    this.#text = this.#text.slice(cut);
    this.#gone += cut;
    this.#sweep.shift(cut);
    return out;
  }

  end(): string {
    return this.#sweep.advance(this.#text, true);
  }
}
