import { GatewayError } from '../core/errors.ts';
import type { CustomPattern } from '../core/personal-data.ts';
import { boundPattern } from '../lib/bounded-pattern.ts';
import type { Find } from './scan.ts';

/** An organisation's own patterns, ready to look for. */
export class CustomPatterns {
  /** How far from its start a match may go, with a character behind it that decides whether a word ends. */
  readonly reach: number;
  readonly #patterns: readonly { readonly name: string; readonly regex: RegExp }[];

  /** @throws {GatewayError} `config_invalid` for a pattern that could blow up; the settings refuse it before. */
  constructor(patterns: readonly CustomPattern[]) {
    const bounded = patterns.map(({ name, pattern }) => {
      const result = boundPattern(pattern);
      if (!result.ok) throw new GatewayError('config_invalid', `privacy pattern ${name} is not taken: ${result.fault}`);
      return { name, regex: result.regex, reach: result.maxLength + 2 };
    });
    this.#patterns = bounded;
    this.reach = Math.max(0, ...bounded.map(({ reach }) => reach));
  }

  /** Adds the matches that begin from `from` on and before `to`. */
  find(text: string, from: number, to: number, finds: Find<string>[]): void {
    for (const { name, regex } of this.#patterns) {
      regex.lastIndex = from;
      for (let match = regex.exec(text); match && match.index < to; match = regex.exec(text)) {
        finds.push({ kind: name, start: match.index, end: match.index + match[0].length });
      }
    }
  }
}
