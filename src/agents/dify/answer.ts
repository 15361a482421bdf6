import { ReasoningFilter, sortReasoning } from '../../lib/reasoning-filter.ts';
import { absoluteLinks, LinkStream } from './links.ts';

/** What a piece of Dify's text changed in the answer people read. */
export interface Change {
  readonly text: string;
  /** `text` is the whole answer now, not an addition. */
  readonly replaces: boolean;
}

/** The text of one answer as it grows: reasoning taken out, links made whole. */
export class AnswerText {
  /** As Dify sent it. */
  raw = '';
  readonly #host: string;
  #filter = new ReasoningFilter();
  #links: LinkStream;

  constructor(host: string) {
    this.#host = host;
    this.#links = new LinkStream(host);
  }

  /** All reasoning so far. */
  get reasoning(): string {
    return this.#filter.reasoning;
  }

  get thinking(): boolean {
    return this.#filter.thinking;
  }

  add(delta: string): Change {
    this.raw += delta;
    const { delta: text, retracted } = this.#filter.push(delta);
    if (retracted) this.#links = new LinkStream(this.#host);
    return { text: this.#links.push(text), replaces: retracted };
  }

  replace(whole: string): Change {
    this.raw = '';
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
