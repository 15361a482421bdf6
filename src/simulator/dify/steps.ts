/** What an answer is made of, the same for each app mode; a `Wire` words it as the mode does. */
export type Step =
  /** Nothing happens for this long; a stop wakes it up. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** One delta of the answer. */
  | { readonly kind: 'say'; readonly text: string }
  /** One delta whose frame is cut, in the middle of its first many-byte character, over two TCP writes. */
  | { readonly kind: 'cut'; readonly text: string }
  /** Text that is in the outcome only, without a delta. */
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'thought'; readonly thought: ThoughtStep }
  /** A node of the graph begins or ends; nothing in other modes. */
  | { readonly kind: 'node'; readonly phase: 'start' | 'finish'; readonly type: string; readonly title: string }
  /** A file of the answer's own. */
  | { readonly kind: 'file'; readonly file: GeneratedFile }
  /** A text delta under the name `message_file`. */
  | { readonly kind: 'file-text'; readonly text: string }
  /** Everything said so far is taken back. */
  | { readonly kind: 'replace'; readonly text: string; readonly reason: string }
  | { readonly kind: 'reasoning'; readonly text: string; readonly final: boolean }
  | { readonly kind: 'audio'; readonly bytes: Uint8Array | undefined }
  | { readonly kind: 'cite'; readonly citations: readonly object[] }
  /** An `error` event; without a code it is the bare one of a worker. */
  | { readonly kind: 'error'; readonly status: number; readonly code?: string; readonly message: string }
  /** The run fails: `workflow_finished` with status failed, in other modes an `error`. */
  | { readonly kind: 'fail'; readonly message: string }
  /** A person has to fill a form; what comes after depends on what she says. */
  | { readonly kind: 'pause'; readonly form: HumanForm }
  /** `message_end`, and `workflow_finished` never comes. */
  | { readonly kind: 'half-end' }
  /** Nothing more but pings. */
  | { readonly kind: 'hang' }
  /** The line breaks; the run goes on alone, and its answer is stored or lost. */
  | { readonly kind: 'drop'; readonly keeps: boolean }
  /** The stream ends in good order without a word of farewell; the run goes on alone. */
  | { readonly kind: 'eof' };

/** The same `id` again is the same thought, filled further. */
export interface ThoughtStep {
  readonly id: string;
  readonly position: number;
  readonly thought: string;
  readonly tool: string;
  readonly toolInput: string;
  readonly observation: string;
}

export interface GeneratedFile {
  readonly id: string;
  readonly name: string;
  readonly extension: string;
  readonly mime: string;
  readonly size: number;
  /** Signed, good for 300 s. */
  readonly url: string;
}

export interface HumanForm {
  /** Markdown, with `{{#$output.…#}}` where the inputs stand. */
  readonly content: string;
  readonly inputs: readonly HumanInput[];
  readonly actions: readonly { readonly id: string; readonly title: string; readonly button_style: string }[];
  /** Whether the node delivers to the web app; without that there is no token, and nobody can submit over the API. */
  readonly web: boolean;
  readonly afterwards: (action: string, inputs: Readonly<Record<string, unknown>>) => readonly Step[];
  readonly afterTimeout: () => readonly Step[];
}

export interface HumanInput {
  readonly type: 'paragraph' | 'select' | 'file';
  readonly output_variable_name: string;
  readonly [more: string]: unknown;
}

/** How fast a model talks. */
export interface Pace {
  /** Before the first delta, in milliseconds. */
  readonly firstMs: number;
  /** Between two deltas, in milliseconds; 0 puts all of them into one write. */
  readonly chunkMs: number;
  /** How many deltas an answer is cut into; undefined cuts it into words. */
  readonly chunks: number | undefined;
}

/** Cuts a text as a model would say it: words, or one to three Chinese characters. Joined, the pieces are the text. */
export function tokens(text: string): string[] {
  return text.match(/\s*(?:[!-~]+|[^!-~\s]{1,3})|\s+$/gu) ?? [];
}

/** Cuts a text into at most `count` pieces of nearly the same length, never inside a character. */
export function slices(text: string, count: number): string[] {
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / Math.max(1, count)));
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += size) pieces.push(characters.slice(at, at + size).join(''));
  return pieces;
}

/** Says a text at that pace. */
export function speak(text: string, pace: Pace): Step[] {
  const pieces = pace.chunks === undefined ? tokens(text) : slices(text, pace.chunks);
  return spoken(pieces, pace.chunkMs);
}

/** Says these deltas, with a pause between them. */
export function spoken(pieces: readonly string[], pauseMs: number): Step[] {
  const steps: Step[] = [];
  for (const text of pieces) {
    if (steps.length > 0 && pauseMs > 0) steps.push({ kind: 'wait', ms: pauseMs });
    steps.push({ kind: 'say', text });
  }
  return steps;
}
