/** What was found of the agent's mark in one message of an answer. */
export interface MarkFound {
  /** The message's key: the same message is read the same way again. */
  readonly key: string;
  /** It stood here or in a message before. */
  readonly wants: boolean;
  /** The end of the message that may be the mark's beginning; kept back for the next one. */
  readonly tail: string;
}

/** A text without the mark. */
export interface Unmarked {
  readonly text: string;
  readonly found: Omit<MarkFound, 'key'>;
}

/**
 * Takes the mark out of one message of an answer, also where a border between two messages goes through it.
 *
 * @param before - What was found in the message before.
 * @param goesOn - Another message follows.
 */
export function unmark(answer: string, mark: string, before: MarkFound | undefined, goesOn: boolean): Unmarked {
  const whole = (before?.tail ?? '') + answer;
  const isMarked = whole.includes(mark);
  const text = isMarked ? whole.replaceAll(mark, '').trim() : whole;
  const tail = goesOn ? beginningAtEnd(text, mark) : '';
  const wants = isMarked || before?.wants === true;
  return { text: text.slice(0, text.length - tail.length), found: { wants, tail } };
}

/** The longest beginning of the mark that a text ends with. */
function beginningAtEnd(text: string, mark: string): string {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    const beginning = mark.slice(0, length);
    if (text.endsWith(beginning)) return beginning;
  }
  return '';
}
