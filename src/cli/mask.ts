import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { loadPrivacy } from '../config/load.ts';
import { PRIVACY_POLICIES, type PrivacyPolicy, type PrivacyRules } from '../core/personal-data.ts';
import { createGuard, DEFAULT_RULES, type Guard } from '../guard/guard.ts';
import type { Terminal } from './terminal.ts';

export interface MaskOptions {
  readonly config?: string;
  readonly detect?: boolean;
  readonly block?: boolean;
}

/** Where text comes from and goes to; the process's own streams, but for tests. */
export interface MaskStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Writes what it reads with personal data masked, or where such data stands. Any length goes through in the memory of a few lines.
 *
 * @returns The exit code: 0, whatever was found.
 * @throws {SettingsError} when a settings file was named and is wrong.
 */
export async function mask(terminal: Terminal, options: MaskOptions, streams?: MaskStreams): Promise<number> {
  const guard = createGuard(await rulesFor(terminal, options));
  const { input, output } = streams ?? { input: process.stdin, output: process.stdout };
  const pieces = options.detect === true ? detected(guard, texts(input)) : masked(guard, texts(input), terminal);
  try {
    await write(pieces, output);
  } catch (error) {
    // Whoever reads us has seen enough (`| head`).
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
  return 0;
}

async function rulesFor(terminal: Terminal, options: MaskOptions): Promise<PrivacyRules> {
  const rules = options.config === undefined ? DEFAULT_RULES : await loadPrivacy(terminal.env, options.config);
  if (options.block !== true) return rules;
  const block = (policy: PrivacyPolicy) => (policy === PRIVACY_POLICIES[0] ? 'block' : policy);
  const kinds = Object.entries(rules.kinds).map(([kind, policy]) => [kind, block(policy)] as const);
  const custom = rules.custom.map((pattern) => ({ ...pattern, policy: block(pattern.policy) }));
  return { kinds: Object.fromEntries(kinds) as PrivacyRules['kinds'], custom };
}

/** Bytes as text; a character that is cut by a border of chunks comes whole. */
async function* texts(input: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of input) yield typeof chunk === 'string' ? chunk : decoder.write(chunk as Buffer);
  yield decoder.end();
}

async function* masked(guard: Guard, pieces: AsyncIterable<string>, { lang }: Terminal): AsyncGenerator<string> {
  const pipe = guard.pipe({ form: 'plain', lang });
  for await (const piece of pieces) yield pipe.push(piece);
  yield pipe.end();
}

/** A JSON array, one find a line, written as they are found. */
async function* detected(guard: Guard, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const places = new Places();
  let lines: string[] = [];
  let isFirst = true;
  const pipe = guard.pipe(undefined, ({ kind, start, end }) => {
    const { line, column } = places.of(start);
    const find = { kind, line, column, offset: start, length: end - start };
    lines.push(`${isFirst ? '\n' : ',\n'}  ${JSON.stringify(find)}`);
    isFirst = false;
  });
  yield '[';
  for await (const piece of pieces) {
    places.add(piece);
    pipe.push(piece);
    yield lines.join('');
    lines = [];
  }
  pipe.end();
  yield `${lines.join('')}\n]\n`;
}

/** Lines and columns of places that are asked for in their order. */
class Places {
  /** Where lines begin that were not yet asked beyond. */
  #starts: number[] = [];
  #length = 0;
  #line = 1;
  #lineStart = 0;

  add(piece: string): void {
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1))
      this.#starts.push(this.#length + at + 1);
    this.#length += piece.length;
  }

  of(offset: number): { line: number; column: number } {
    let passed = 0;
    while ((this.#starts[passed] ?? Number.POSITIVE_INFINITY) <= offset) passed += 1;
    if (passed > 0) {
      this.#lineStart = this.#starts[passed - 1] ?? 0;
      this.#line += passed;
      this.#starts.splice(0, passed);
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}

async function write(pieces: AsyncIterable<string>, output: Writable): Promise<void> {
  // A pipe that breaks tells it as an event, also between two pieces.
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  output.on('error', onError);
  try {
    for await (const piece of pieces) {
      if (broken !== undefined) throw broken;
      if (piece !== '' && !output.write(piece)) await Promise.race([once(output, 'drain'), once(output, 'close')]);
    }
    // Until the last of it is with the system: the process may end right after.
    await new Promise<void>((resolve, reject) => output.write('', (error) => (error ? reject(error) : resolve())));
  } finally {
    output.off('error', onError);
  }
}
