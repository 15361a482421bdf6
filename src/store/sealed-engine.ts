import { GatewayError } from '../core/errors.ts';
import { SealError, type Sealer } from '../lib/sealer.ts';
import type { Engine, OpAnswer, OpArgs, OpName } from './ops.ts';

/** The columns that hold what people wrote, or what was written to them, by the names under which operations take and answer them. */
const TEXTS: ReadonlySet<string> = new Set(['body', 'suggested', 'subject', 'decisions', 'address']);

/** Operations that take such a text as an argument of its own: which ones. */
const PLACES: Partial<Record<OpName, readonly number[]>> = {
  'outbox.revise': [1],
  'turns.suggest': [1],
  'approvals.move': [3],
};

/**
 * An engine whose texts are sealed before they reach the database and opened on their way back. What a query goes by (keys, lanes, times,
 * states) stays readable.
 *
 * A new first key seals from its first use on; texts under the others are opened as long as those keys are given.
 */
export function sealedEngine(engine: Engine, sealer: Sealer): Engine {
  return {
    inOrder: engine.inOrder === true,
    async call(name, ...args) {
      if (name === 'memos.swap')
        return opened(await swap(engine, sealer, args as unknown as OpArgs<'memos.swap'>), sealer) as never;
      const places: readonly number[] = PLACES[name] ?? [];
      const sealed = args.map((arg, index) => (places.includes(index) ? sealText(arg, sealer) : sealIn(arg, sealer)));
      return opened(await engine.call(name, ...(sealed as OpArgs<typeof name>)), sealer) as OpAnswer<typeof name>;
    },
    own: () => engine.own(),
    ...(engine.time && { time: engine.time.bind(engine) }),
    close: () => engine.close(),
  };
}

/** A memo is changed when it still is as it was read, under whichever key it was written. */
async function swap(engine: Engine, sealer: Sealer, [before, change]: OpArgs<'memos.swap'>): Promise<boolean> {
  const sealed = sealIn(change, sealer);
  if (before === undefined) return engine.call('memos.swap', undefined, sealed);
  for (const form of sealer.everyForm(before)) if (await engine.call('memos.swap', form, sealed)) return true;
  return false;
}

function sealText(text: unknown, sealer: Sealer): unknown {
  return typeof text === 'string' ? sealer.seal(text) : text;
}

/** What an operation takes, with its texts sealed. */
function sealIn<Value>(value: Value, sealer: Sealer): Value {
  if (Array.isArray(value)) return value.map((part: unknown) => sealIn(part, sealer)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, part]: [string, unknown]) => [
    name,
    TEXTS.has(name) ? sealText(part, sealer) : sealIn(part, sealer),
  ]);
  return Object.fromEntries(entries) as Value;
}

/** What an operation answers, with all that is sealed opened. */
function opened(value: unknown, sealer: Sealer): unknown {
  if (typeof value === 'string') return openText(value, sealer);
  if (Array.isArray(value)) return value.map((part: unknown) => opened(part, sealer));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [name, opened(part, sealer)]),
  );
}

function openText(text: string, sealer: Sealer): string {
  try {
    return sealer.open(text);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const code = error.why === 'unknown-key' ? 'store_key_unknown' : 'store_text_damaged';
    throw new GatewayError(code, error.message);
  }
}
