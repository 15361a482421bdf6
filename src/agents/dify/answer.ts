import { GrowingText } from '../../lib/growing-text.ts';
import { type AnswerChange, ReasoningFilter, sortReasoning } from '../../lib/reasoning-filter.ts';
import { absoluteLinks, LinkStream } from './links.ts';

/** What a piece of Dify's text changed in the answer people read. */
export interface Change {
  readonly text: string;
  /** `text` is the whole answer now, not an addition. */
  readonly replaces: boolean;
}

/** The text of one answer as it grows: reasoning taken out, links made whole. */
export class AnswerText {
  /** As Dify sent it, from where that is no longer the answer itself. */
  #raw: GrowingText | undefined;
  readonly #host: string;
  #filter = new ReasoningFilter();
  #links: LinkStream;

  constructor(host: string) {
    this.#host = host;
    this.#links = new LinkStream(host);
  }

  /** As Dify sent it. */
  get raw(): string {
    return this.#raw?.value ?? this.#filter.answer;
  }

  /** As people read it, without an end that is still held back. */
  get told(): string {
    const { answer } = this.#filter;
    return absoluteLinks(answer.slice(0, answer.length - this.#links.heldChars), this.#host);
  }

  /** All reasoning so far. */
  get reasoning(): string {
    return this.#filter.reasoning;
  }

  get thinking(): boolean {
    return this.#filter.thinking;
  }

  add(delta: string): Change {
    const { delta: text, retracted } = this.#sort(delta);
    if (retracted) this.#links = new LinkStream(this.#host);
    return { text: this.#links.push(text), replaces: retracted };
  }

  /** Few answers have reasoning in them: no second copy is kept of those that have none. */
  #sort(delta: string): AnswerChange {
    if (this.#raw !== undefined || this.#filter.lets(delta)) {
      this.#raw?.push(delta);
      return this.#filter.push(delta);
    }
    const raw = this.#filter.answer + delta;
    const change = this.#filter.push(delta);
    if (this.#filter.answer !== raw) {
      this.#raw = new GrowingText();
      this.#raw.push(raw);
    }
    return change;
  }

  replace(whole: string): Change {
    this.#raw = undefined;
    this.#filter = new ReasoningFilter();
    this.#links = new LinkStream(this.#host);
    return { text: this.add(whole).text, replaces: true };
  }

  end(): Change {
    const { delta } = this.#filter.end();
    return { text: this.#links.push(delta) + this.#links.end(), replaces: false };
  }
}

/** An answer that is there as a whole, as people read it. */
export function wholeAnswer(raw: string, host: string): string {
  return absoluteLinks(sortReasoning(raw).answer, host);
}
