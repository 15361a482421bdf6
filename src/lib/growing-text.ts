/** Pieces are joined once there are so many: each costs some 100 bytes beside its letters. */
const ENOUGH_PIECES = 16;
/** And once together they are this part of the text: to join them copies all of it. */
const ENOUGH_OF_ALL = 1 / 8;

/**
 * A text that comes in pieces. Added to a string they stay what they were, as the leaves of a tree, for as long as nobody reads it: a long
 * answer would then be held as thousands of objects.
 */
export class GrowingText {
  #whole = '';
  #pieces: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#pieces.length < ENOUGH_PIECES) return;
    if (this.#length - this.#whole.length >= this.#whole.length * ENOUGH_OF_ALL) this.#join();
  }

  /** All of it so far. */
  get value(): string {
    if (this.#pieces.length > 0) this.#join();
    return this.#whole;
  }

  set value(text: string) {
    this.#whole = text;
    this.#pieces = [];
    this.#length = text.length;
  }

  #join(): void {
    this.#pieces.unshift(this.#whole);
    this.#whole = this.#pieces.join('');
    this.#pieces = [];
  }
}
