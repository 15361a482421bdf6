import type { Agent, AgentEvent, AgentRun, Ask, Citation, InputFile, Thought } from '../../src/core/agent.ts';
import type { GatewayError } from '../../src/core/errors.ts';

/** A run as it stands when it is over. */
export interface Told {
  readonly events: readonly AgentEvent[];
  /** What a person reads in the end. */
  readonly answer: string;
  /** Undefined when it never began. */
  readonly run: AgentRun | undefined;
  readonly forgotten: boolean;
  readonly thoughts: readonly Thought[];
  readonly citations: readonly Citation[];
  readonly stopped: boolean;
  /** What it failed with. */
  readonly error: GatewayError | undefined;
}

export function question(text: string, more: Partial<Ask> = {}): Ask {
  return { user: 'u_demo', text, files: [], inputs: {}, lang: 'en', ...more };
}

/** Asks and listens to the end; `onEvent` sees each event as it comes. */
export async function tell(
  agent: Agent,
  ask: Ask,
  onEvent: (event: AgentEvent) => unknown = () => undefined,
  signal = new AbortController().signal,
): Promise<Told> {
  const events: AgentEvent[] = [];
  let error: unknown;
  const heard: unknown[] = [];
  const hear = (event: AgentEvent): void => {
    events.push(event);
    heard.push(onEvent(event));
  };
  try {
    await agent.run(ask, hear, signal);
    await Promise.all(heard);
  } catch (thrown) {
    error = thrown;
  }
  return { ...sumUp(events), events, error: error as GatewayError | undefined };
}

function sumUp(events: readonly AgentEvent[]): Omit<Told, 'events' | 'error'> {
  let answer = '';
  const thoughts = new Map<string, Thought>();
  for (const event of events) {
    if (event.kind === 'text') answer += event.delta;
    if (event.kind === 'replaced') answer = event.text;
    if (event.kind === 'thought') thoughts.set(event.thought.id, event.thought);
  }
  const started = events.find((event) => event.kind === 'started');
  return {
    answer,
    run: started?.run,
    forgotten: started?.forgotten ?? false,
    thoughts: [...thoughts.values()],
    citations: events.findLast((event) => event.kind === 'citations')?.citations ?? [],
    stopped: events.some((event) => event.kind === 'done' && event.stopped),
  };
}

export function filesOf({ events }: Told) {
  return events.flatMap((event) => (event.kind === 'file' ? [event.file] : []));
}

/** A file that somebody sent, of so many bytes. */
export function inputFile(name: string, kind: InputFile['kind'], mime: string, bytes = 8): InputFile {
  return { name, kind, open: async () => ({ bytes: new Uint8Array(bytes), mime }) };
}
