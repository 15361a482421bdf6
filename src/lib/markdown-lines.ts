import type { Token } from './markdown.ts';
import { eachBlock } from './markdown-tokens.ts';

/** How the items of a list begin, and what stands before their further lines. */
export interface ListMarks {
  readonly next: () => string;
  readonly indent: (mark: string) => string;
}

/** Blocks one below the other, with what the lists and quotes around them put before their lines. */
export class MarkdownLines {
  readonly #lines: string[] = [];
  /** What stands before each line: blanks in a list, a mark in a quote. */
  #prefix = '';
  /** An item's mark, to be written before its first line. */
  #mark = '';

  /** All of them, as they stand. */
  get text(): string {
    return this.#lines.join('\n');
  }

  /** What stands before the next line but for an item's mark. */
  get prefix(): string {
    return this.#prefix;
  }

  /** Whether the next line begins at the left edge. */
  get isAtEdge(): boolean {
    return this.#prefix === '' && this.#mark === '';
  }

  /** @param tight - Whether the next block follows without an empty line. */
  paragraph(text: string, tight = false): void {
    if (text !== '') for (const line of text.split('\n')) this.#line(line);
    if (!tight) this.gap();
  }

  /** One empty line, inside a quote a quoted one. */
  gap(): void {
    const empty = this.#prefix.trimEnd();
    if (this.#lines.length > 0 && this.#lines.at(-1) !== empty) this.#lines.push(empty);
  }

  /** @param write - Writes what stands within an item. What comes behind the list is left to the caller. */
  list(items: readonly Token[], { next, indent }: ListMarks, write: (inner: readonly Token[]) => void): void {
    this.#flushMark();
    const outer = this.#prefix;
    eachBlock(items, (_, inner) => {
      const mark = next();
      this.#mark = outer + mark;
      this.#prefix = outer + indent(mark);
      write(inner);
      this.#flushMark();
    });
    this.#prefix = outer;
  }

  /** @param prefix - What stands before the lines of the quote. */
  quote(prefix: string, write: () => void): void {
    this.#flushMark();
    const outer = this.#prefix;
    this.#prefix = prefix;
    write();
    while (this.#lines.at(-1) === prefix.trimEnd()) this.#lines.pop();
    this.#prefix = outer;
    this.gap();
  }

  /** For what is something at the start of a line only: it leaves its list or quote. */
  lifted(block: string): void {
    this.#flushMark();
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
    this.#lines.push(block, '');
  }

  #line(line: string): void {
    this.#lines.push((this.#mark === '' ? this.#prefix : this.#mark) + line);
    this.#mark = '';
  }

  /** An item that begins with something of its own line, or with nothing, still has its mark. */
  #flushMark(): void {
    if (this.#mark !== '') this.#line('');
  }
}
