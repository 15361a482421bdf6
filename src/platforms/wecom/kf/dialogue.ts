/**
 * Why a customer is given to a person.
 * - asked: by a word or by the menu. - agent: its mark. - rated, failed: answers of no use. - pool: she was picked from there, by nobody's
 *   wish that we know of. - colleague: handed on.
 */
export type HandOverWhy = 'asked' | 'agent' | 'rated' | 'failed' | 'pool' | 'colleague';

/** One line of a dialogue, shortened. */
export interface Line {
  /** Of the message: the same line again is the same line. */
  readonly key: string;
  readonly by: 'customer' | 'assistant';
  readonly text: string;
  /** When it was said, where that is known; epoch milliseconds. */
  readonly at?: number;
  /** It asks nothing: something was pressed, or a person was asked for. */
  readonly aside?: boolean;
}
