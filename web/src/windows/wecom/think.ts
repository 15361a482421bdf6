export interface Thoughtful {
  /** What stands in front of the answer in `<think>`; undefined when there is nothing. */
  readonly thought: string | undefined;
  /** Whether the thought goes on: the answer has not begun. */
  readonly isThinking: boolean;
  readonly answer: string;
}

/** WeCom's bots put what they think in front of their answer; its client folds it away. */
export function splitThought(text: string): Thoughtful {
  const match = /^\s*<think>([\s\S]*?)(<\/think>\s*|$)/.exec(text);
  if (match === null) return { thought: undefined, isThinking: false, answer: text };
  const [whole, thought = '', end = ''] = match;
  return { thought: thought.trim(), isThinking: end === '', answer: text.slice(whole.length) };
}
