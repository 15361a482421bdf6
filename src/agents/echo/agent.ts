import type { Agent, AgentProfile, AgentRun, Ask, Hear } from '../../core/agent.ts';
import type { AgentDeps } from '../../core/agent-definition.ts';
import type { AgentName } from '../../core/ids.ts';

export interface EchoSettings {
  readonly title: string;
  /** Pause between two words, in milliseconds. */
  readonly paceMs: number;
  readonly maxConcurrent: number;
}

/** Streams a question back, word by word, and names the files that came with it. */
export class EchoAgent implements Agent {
  readonly name: AgentName;
  readonly title: string;
  readonly maxConcurrent: number;
  readonly #paceMs: number;
  readonly #deps: AgentDeps;
  readonly #running = new Map<string, AbortController>();
  #runs = 0;

  constructor({ title, paceMs, maxConcurrent }: EchoSettings, deps: AgentDeps) {
    this.name = deps.name;
    this.title = title;
    this.maxConcurrent = maxConcurrent;
    this.#paceMs = paceMs;
    this.#deps = deps;
  }

  async run(ask: Ask, hear: Hear, signal: AbortSignal): Promise<void> {
    const number = ++this.#runs;
    const task = `echo-task-${number}`;
    const conversation = ask.conversation ?? `echo-conversation-${number}`;
    const stopped = new AbortController();
    this.#running.set(task, stopped);
    try {
      const run = { user: ask.user, conversation, task, message: `echo-message-${number}` };
      hear({ kind: 'started', run, forgotten: false });
      if (this.#paceMs === 0) hear({ kind: 'text', delta: echoOf(ask) });
      else await this.#say(wordsOf(echoOf(ask)), hear, AbortSignal.any([signal, stopped.signal]));
      signal.throwIfAborted();
      hear({ kind: 'done', stopped: stopped.signal.aborted });
    } finally {
      this.#running.delete(task);
    }
  }

  async stop(run: AgentRun): Promise<void> {
    if (run.task !== undefined) this.#running.get(run.task)?.abort();
  }

  async profile(): Promise<AgentProfile> {
    return { suggested: [], takes: ['image', 'file', 'audio', 'video'] };
  }

  /** Ends early, without a word, when somebody stops it. */
  async #say(words: readonly string[], hear: Hear, ended: AbortSignal): Promise<void> {
    for (const [index, delta] of words.entries()) {
      if (index > 0) await this.#deps.clock.sleep(this.#paceMs, ended).catch(() => undefined);
      if (ended.aborted) return;
      hear({ kind: 'text', delta });
    }
  }
}

function echoOf({ text, files }: Ask): string {
  const names = files.map(({ name }) => `📎 ${name}`);
  return [text, ...names].filter((line) => line !== '').join('\n') || '…';
}

/** Words with the space behind them; Chinese, which has none, goes by character. Joined, they are the text. */
function wordsOf(text: string): string[] {
  return text.match(/\p{Script=Han}\s*|(?:(?!\p{Script=Han})\S)+\s*|\s+/gu) ?? [text];
}
