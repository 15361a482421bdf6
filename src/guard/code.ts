const FENCE = /^(?:[ \t>]|[-*+] |\d{1,9}[.)] )*(`{3,}|~{3,})(.*)$/;

/** Follows the code in a Markdown text, as far as somebody asks. */
export class CodeTracker {
  #line = 0;
  #at = 0;
  /** The marks that opened the code block we are in. */
  #fence = '';
  /** The marks that opened the code span we are in. */
  #span = '';

  /**
   * Whether a place is inside code, where a backslash would be shown. Judged by what stands before it, so that the answer stays the same while
   * the text grows.
   *
   * @param at - Not before one asked for earlier.
   */
  isCode(text: string, at: number): boolean {
    this.#advance(text, at);
    return this.#fence !== '' || this.#span !== '';
  }

  copy(): CodeTracker {
    const copy = new CodeTracker();
    copy.#line = this.#line;
    copy.#at = this.#at;
    copy.#fence = this.#fence;
    copy.#span = this.#span;
    return copy;
  }

  #advance(text: string, to: number): void {
    const read = text.slice(this.#at, to);
    const base = this.#at;
    let from = 0;
    for (let end = read.indexOf('\n'); end >= 0; end = read.indexOf('\n', from)) {
      this.#endLine(text.slice(this.#line, base + end));
      from = end + 1;
      this.#line = base + from;
    }
    if (this.#fence === '') this.#readSpans(read.slice(from));
    this.#at = to;
  }

  #endLine(line: string): void {
    this.#span = '';
    const [, marks, rest = ''] = FENCE.exec(line) ?? [];
    if (marks === undefined) return;
    // Backticks behind backticks are a span in a line of text.
    if (this.#fence === '') this.#fence = marks.startsWith('`') && rest.includes('`') ? '' : marks;
    else if (marks.startsWith(this.#fence) && rest.trim() === '') this.#fence = '';
  }

  #readSpans(piece: string): void {
    if (!piece.includes('`')) return;
    for (const [ticks] of piece.matchAll(/`+/g)) {
      if (this.#span === '') this.#span = ticks;
      else if (this.#span === ticks) this.#span = '';
    }
  }
}
