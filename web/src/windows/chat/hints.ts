import { useSim } from '../../api/store.ts';
import { useText, useWords } from '../../text/index.ts';
import { type Hint, useManner } from './manner.tsx';

/** Questions worth asking: the stand-in's own when it tells them, else a few of ours. */
export function useHints(): readonly Hint[] {
  const t = useText();
  const pick = useWords();
  const { hints } = useManner();
  const told = useSim((sim) => sim.hints).map(({ ask, shows }) => ({ ask: pick(ask), shows: pick(shows) }));
  const usual = told.length > 0 ? told : t.hints.map((ask) => ({ ask, shows: undefined }));
  return hints === undefined ? usual : hints(t, usual);
}
