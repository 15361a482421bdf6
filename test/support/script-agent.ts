import type {
  Agent,
  AgentEvent,
  AgentProfile,
  AgentRun,
  Ask,
  FileKind,
  Hear,
  Rating,
  Recovered,
} from '../../src/core/agent.ts';
import { type AgentName, id } from '../../src/core/ids.ts';

/** An agent that says what a test tells it to, and remembers what it was asked. */
export class ScriptAgent implements Agent {
  readonly name: AgentName;
  readonly title: string;
  readonly maxConcurrent: number;
  readonly asked: Ask[] = [];
  readonly stopped: AgentRun[] = [];
  readonly rated: Rating[] = [];
  /** What was said with each rating. */
  readonly ratedWhy: (string | undefined)[] = [];
  /** What it says to a question; the default repeats it. */
  answer: (ask: Ask, signal: AbortSignal) => AsyncIterable<AgentEvent> = repeat;
  recovered: Recovered = { kind: 'lost' };
  suggestions: readonly string[] = [];
  takes: readonly FileKind[] = ['image', 'file', 'audio', 'video'];

  constructor(maxConcurrent = 100, name = 'script') {
    this.name = id(name);
    this.title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    this.maxConcurrent = maxConcurrent;
  }

  async run(ask: Ask, hear: Hear, signal: AbortSignal): Promise<void> {
    this.asked.push(ask);
    for await (const event of this.answer(ask, signal)) {
      signal.throwIfAborted();
      hear(event);
    }
  }

  /** Set to have forms filled in. */
  fill?: NonNullable<Agent['fill']>;

  async stop(run: AgentRun): Promise<void> {
    this.stopped.push(run);
  }

  async rate(_run: AgentRun, rating: Rating, _signal: AbortSignal, why?: string): Promise<void> {
    this.rated.push(rating);
    this.ratedWhy.push(why);
  }

  async recover(): Promise<Recovered> {
    return this.recovered;
  }

  async suggest(): Promise<readonly string[]> {
    return this.suggestions;
  }

  async profile(): Promise<AgentProfile> {
    return { opening: 'Welcome from the script', suggested: ['What can you do?'], takes: this.takes };
  }
}

/** The first event of every answer. */
export function started(ask: Ask): AgentEvent {
  const conversation = ask.conversation ?? `c-${ask.user}`;
  return {
    kind: 'started',
    run: { user: ask.user, conversation, task: 't', message: `m-${ask.text}` },
    forgotten: false,
  };
}

async function* repeat(ask: Ask): AsyncGenerator<AgentEvent> {
  yield started(ask);
  yield { kind: 'text', delta: `you said: ${ask.text}` };
  yield { kind: 'done', stopped: false };
}

/** An answer in pieces that the test lets go one by one. */
export function stepwise(): {
  say(delta: string): void;
  end(): void;
  fail(error: Error): void;
  answer: ScriptAgent['answer'];
} {
  const queue: (AgentEvent | Error)[] = [];
  let wake: () => void = () => undefined;
  const push = (item: AgentEvent | Error): void => {
    queue.push(item);
    wake();
  };
  return {
    say: (delta) => push({ kind: 'text', delta }),
    end: () => push({ kind: 'done', stopped: false }),
    fail: push,
    async *answer(ask) {
      yield started(ask);
      for (;;) {
        const item = queue.shift();
        if (item === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (item instanceof Error) throw item;
        else {
          yield item;
          if (item.kind === 'done') return;
        }
      }
    },
  };
}
