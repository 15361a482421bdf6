import { GrowingText } from './growing-text.ts';

/** What a piece of text added to the answer. */
export interface AnswerChange {
  readonly delta: string;
  /** Everything that had been taken for the answer was reasoning: `delta` is the whole answer now. */
  readonly retracted: boolean;
}

/**
 * Tells a model's reasoning from its answer where both come in one stream of text, wherever that text is cut.
 *
 * Reasoning is what stands in `<think>…</think>` or `<details …><summary>Thinking…</summary>…</details>`. Some models send
 * only the closing `</think>`: then all that stood before it was reasoning. Tags inside Markdown code are text.
 *
 * - answering: text is answer. Left by an opening tag.
 * - thinking: text is reasoning. Left by the tag that closes what was opened.
 */
export class ReasoningFilter {
  readonly #answer = new GrowingText();
  /** All reasoning so far; several blocks are parted by an empty line. */
  reasoning = '';
  #closing: Tag | undefined;
  #opened = false;
  #trims = false;
  #held = '';

  /** The answer so far, without a tag's beginning that is still held back. */
  get answer(): string {
    return this.#answer.value;
  }

  /** Whether all of this text would be added to the answer as it is. */
  lets(text: string): boolean {
    return this.#held === '' && !this.thinking && !this.#trims && !text.includes('<');
  }

  /** Whether the text now is reasoning. */
  get thinking(): boolean {
    return this.#closing !== undefined;
  }

  push(text: string): AnswerChange {
    if (this.#held === '' && !this.thinking && !text.includes('<')) return { delta: this.#say(text), retracted: false };
    return this.#scan(this.#held + text);
  }

  /** No more text comes: what was held back as a possible tag is text. */
  end(): AnswerChange {
    const held = this.#held;
    this.#held = '';
    if (!this.thinking) return { delta: this.#say(held), retracted: false };
    this.reasoning += held;
    this.#closing = undefined;
    return { delta: '', retracted: false };
  }

  #scan(text: string): AnswerChange {
    this.#held = '';
    let delta = '';
    let retracted = false;
    let at = 0;
    while (at < text.length) {
      const next = text.indexOf('<', at);
      const plain = text.slice(at, next === -1 ? text.length : next);
      if (this.thinking) this.reasoning += plain;
      else delta += this.#say(plain);
      if (next === -1) break;

      const tag = this.#tagAt(text, next);
      if (tag === 'unfinished') {
        this.#held = text.slice(next);
        break;
      }
      at = next + (tag?.length ?? 1);
      if (tag === undefined) delta += this.#literal('<');
      else if (tag.kind === 'open') this.#open(tag.closing);
      else if (this.thinking) this.#close();
      else if (!this.#opened) {
        this.#retract();
        retracted = true;
        delta = '';
      }
    }
    return { delta, retracted };
  }

  #tagAt(text: string, at: number): Found | 'unfinished' | undefined {
    if (this.#closing) return find(this.#closing, text, at);
    let unfinished = false;
    for (const tag of OUTSIDE) {
      const found = find(tag, text, at);
      if (found === 'unfinished') unfinished = true;
      else if (found) return isInCode(this.answer) ? undefined : found;
    }
    return unfinished ? 'unfinished' : undefined;
  }

  #open(closing: Tag): void {
    this.#closing = closing;
    this.#opened = true;
    if (this.reasoning !== '') this.reasoning += '\n\n';
  }

  #close(): void {
    this.#closing = undefined;
    this.#trims = true;
  }

  #retract(): void {
    this.reasoning += this.answer;
    this.#answer.value = '';
    this.#trims = true;
  }

  #literal(text: string): string {
    if (!this.thinking) return this.#say(text);
    this.reasoning += text;
    return '';
  }

  /** Adds to the answer; the blank lines between a block of reasoning and the first words are nobody's. */
  #say(text: string): string {
    const said = this.#trims && this.answer.trim() === '' ? text.trimStart() : text;
    if (said !== '') this.#trims = false;
    this.#answer.push(said);
    return said;
  }
}

/** Sorts a text that is there as a whole. */
export function sortReasoning(text: string): { readonly answer: string; readonly reasoning: string } {
  const filter = new ReasoningFilter();
  filter.push(text);
  filter.end();
  return { answer: filter.answer, reasoning: filter.reasoning };
}

interface Tag {
  readonly whole: RegExp;
  /** Matches what could still become the tag. */
  readonly begun: RegExp;
  /** For an opening tag: what ends its block. */
  readonly closing?: Tag;
}

type Found =
  | { readonly kind: 'open'; readonly length: number; readonly closing: Tag }
  | { readonly kind: 'close'; readonly length: number };

// Spaces and attributes are bounded, so that no more than this is ever held back.
const SPACES = '\\s{0,20}';
const ATTRIBUTES = '(?:\\s[^<>]{0,300})?';
const MAX_TAG_CHARS = 1000;

const THINK_END = defineTag(['</think', SPACES, '>']);
const DETAILS_END = defineTag(['</details', SPACES, '>']);
const THINK = defineTag(['<think', ATTRIBUTES, '>'], THINK_END);
const SUMMARY = ['<summary', ATTRIBUTES, '>', SPACES, 'thinking', '[^<]{0,60}', '</summary>'];
const DETAILS = defineTag(['<details', ATTRIBUTES, '>', SPACES, ...SUMMARY], DETAILS_END);
const OUTSIDE = [THINK, THINK_END, DETAILS];

/** One definition gives both expressions: the whole tag, and every beginning of it. */
function defineTag(parts: readonly string[], closing?: Tag): Tag {
  const atoms = parts.flatMap((part) => (/[[\\]/.test(part) ? [part] : [...part]));
  const begun = atoms.reduceRight((rest, atom) => (rest === '' ? atom : `${atom}(?:${rest})?`), '');
  const tag = { whole: new RegExp(atoms.join(''), 'iy'), begun: new RegExp(`^(?:${begun})$`, 'i') };
  return closing ? { ...tag, closing } : tag;
}

function find(tag: Tag, text: string, at: number): Found | 'unfinished' | undefined {
  tag.whole.lastIndex = at;
  const match = tag.whole.exec(text);
  if (match) {
    const length = match[0].length;
    return tag.closing ? { kind: 'open', length, closing: tag.closing } : { kind: 'close', length };
  }
  const canGrow = text.length - at <= MAX_TAG_CHARS && tag.begun.test(text.slice(at));
  return canGrow ? 'unfinished' : undefined;
}

/** Whether what follows stands in a fenced block or in a span of code. */
function isInCode(before: string): boolean {
  const fences = before.match(/^ {0,3}(?:```|~~~)/gm)?.length ?? 0;
  if (fences % 2 === 1) return true;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return (line.match(/`/g)?.length ?? 0) % 2 === 1;
}
