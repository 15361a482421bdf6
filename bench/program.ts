import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** What a program of the bench lets its starter ask. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Answers what the starter of this process asks, and ends with it. */
export function serve(handlers: Handlers): void {
  process.on('message', async ({ number, name, argument }: Question) => {
    const reply: Answer = await Promise.resolve()
      .then(() => handlers[name]?.(argument as never))
      .then(
        (value) => ({ number, value }),
        (error: unknown) => ({
          number,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      );
    process.send?.(reply);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ number: -1 } satisfies Answer);
}

/** A program of the bench in a process of its own. */
export interface Program<Served extends Handlers> {
  readonly pid: number;
  call<Name extends keyof Served & string>(
    name: Name,
    ...argument: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>>;
  stop(): Promise<void>;
}

/** Starts a file of this folder; resolves when it serves. */
export async function startProgram<Served extends Handlers>(file: string): Promise<Program<Served>> {
  const child = fork(join(import.meta.dirname, file), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<unknown>();
  asked.set(-1, ready);
  child.on('message', (answer: Answer) => settle(asked, answer));
  child.on('exit', (code) => {
    for (const { reject } of asked.values()) reject(new Error(`${file} has ended (${code})`));
  });
  await ready.promise;
  let next = 0;
  return {
    pid: child.pid ?? 0,
    call(name, ...[argument]) {
      const number = next++;
      const answer = Promise.withResolvers<unknown>();
      asked.set(number, answer);
      child.send({ number, name, argument } satisfies Question);
      return answer.promise as never;
    },
    stop: () => ended(child),
  };
}

function settle(asked: Map<number, PromiseWithResolvers<unknown>>, { number, value, error }: Answer): void {
  const waiting = asked.get(number);
  asked.delete(number);
  if (error === undefined) waiting?.resolve(value);
  else waiting?.reject(new Error(error));
}

/** Ends a process that we started. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(late);
}
