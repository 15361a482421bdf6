/** Longest text that a pattern may match. */
export const MAX_MATCH = 64;
/** Most ways in which a pattern may try one place of a text. */
const MAX_WAYS = 256;
const MAX_SOURCE = 200;

/** Why a pattern is not taken. */
export type PatternFault =
  | 'syntax'
  | 'too-long'
  | 'unbounded'
  | 'matches-nothing'
  | 'back-reference'
  | 'look-around'
  | 'too-many-ways';

export type BoundedPattern =
  | { readonly ok: true; readonly regex: RegExp; readonly maxLength: number }
  | { readonly ok: false; readonly fault: PatternFault };

/** How much a piece of a pattern can match, and in how many ways. */
interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly ways: number;
}

/**
 * Takes a regular expression only when it cannot blow up: what it matches has a longest length, and the number of ways it can try at one
 * place is small, whatever the text. So `*`, `+` and `{n,}`, back references and look-arounds are refused, and so is `(a{1,9}){1,9}`.
 *
 * @returns The expression, for Unicode and for all matches, with the most UTF-16 units it can match.
 */
export function boundPattern(source: string): BoundedPattern {
  if (source.length > MAX_SOURCE) return { ok: false, fault: 'too-long' };
  let regex: RegExp;
  try {
    regex = new RegExp(source, 'gu');
  } catch {
    return { ok: false, fault: 'syntax' };
  }
  try {
    const bounds = new Reader(source).read();
    if (bounds.most > MAX_MATCH) return { ok: false, fault: 'unbounded' };
    if (bounds.least === 0) return { ok: false, fault: 'matches-nothing' };
    if (bounds.ways > MAX_WAYS) return { ok: false, fault: 'too-many-ways' };
    return { ok: true, regex, maxLength: bounds.most };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    throw error;
  }
}

class Refusal extends Error {
  readonly fault: PatternFault;

  constructor(fault: PatternFault) {
    super(fault);
    this.fault = fault;
  }
}

const NOTHING: Bounds = { least: 0, most: 0, ways: 1 };

/** Reads a pattern that the engine has accepted already, so brackets match and escapes are whole. */
class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Bounds {
    let whole = this.#sequence();
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      const other = this.#sequence();
      whole = {
        least: Math.min(whole.least, other.least),
        most: Math.max(whole.most, other.most),
        ways: whole.ways + other.ways,
      };
    }
    return whole;
  }

  #sequence(): Bounds {
    let sum = NOTHING;
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const piece = this.#repeated(this.#atom());
      sum = { least: sum.least + piece.least, most: sum.most + piece.most, ways: sum.ways * piece.ways };
    }
    return sum;
  }

  #atom(): Bounds {
    const char = this.#source[this.#at] ?? '';
    if (char === '(') return this.#group();
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape();
    this.#at += char.length;
    if (char === '^' || char === '$') return NOTHING;
    // A dot takes a character outside the basic plane too, which counts as two.
    return { least: 1, most: char === '.' ? 2 : 1, ways: 1 };
  }

  #group(): Bounds {
    const head = /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]+:))?/.exec(this.#source.slice(this.#at))?.[0] ?? '(';
    if (/^\(\?<?[=!]/.test(head)) throw new Refusal('look-around');
    this.#at += head.length;
    const inside = this.read();
    this.#at += 1;
    return inside;
  }

  #class(): Bounds {
    this.#at += 1;
    while (this.#source[this.#at] !== ']') this.#at += this.#source[this.#at] === '\\' ? 2 : 1;
    this.#at += 1;
    return { least: 1, most: 2, ways: 1 };
  }

  #escape(): Bounds {
    const [escape = ''] = /^\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|.)/su.exec(
      this.#source.slice(this.#at),
    ) ?? ['\\'];
    this.#at += escape.length;
    if (/^\\[1-9k]/.test(escape)) throw new Refusal('back-reference');
    if (/^\\[bB]$/.test(escape)) return NOTHING;
    return { least: 1, most: /^\\[pPDSWu]/.test(escape) ? 2 : 1, ways: 1 };
  }

  #repeated(piece: Bounds): Bounds {
    const [sign, from, comma, to] = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at)) ?? [];
    if (sign === undefined) return piece;
    this.#at += sign.length;
    if (/^[*+]/.test(sign) || (comma === ',' && to === '')) throw new Refusal('unbounded');
    const least = sign.startsWith('?') ? 0 : Number(from);
    const most = sign.startsWith('?') ? 1 : Number(to || from);
    if (most > MAX_MATCH) throw new Refusal('unbounded');
    let ways = 0;
    for (let times = least; times <= most; times++) ways += piece.ways ** times;
    return { least: piece.least * least, most: piece.most * most, ways };
  }
}
