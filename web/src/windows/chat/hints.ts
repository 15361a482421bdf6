import { useSim } from '../../api/store.ts';
import { useText, useWords } from '../../text/index.ts';

interface Hint {
  /** A question ready to be sent. */
  readonly ask: string;
  /** What there is to see then. */
  readonly shows: string | undefined;
}

/** Questions worth asking: the stand-in's own when it tells them, else a few of ours. */
export function useHints(): readonly Hint[] {
  const t = useText();
  const pick = useWords();
  const told = useSim((sim) => sim.hints);
  if (told.length > 0) return told.map(({ ask, shows }) => ({ ask: pick(ask), shows: pick(shows) }));
  return t.hints.map((ask) => ({ ask, shows: undefined }));
}
