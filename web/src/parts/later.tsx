import { type ComponentType, type ReactNode, useCallback, useEffect, useState } from 'react';
import { useText } from '../text/index.ts';
import { Failed, Skeleton } from './states.tsx';

interface Part<P> {
  (props: P): ReactNode;
  /** Fetches it ahead of time; a failure is left for when it is wanted. */
  readonly fetchAhead: () => void;
}

/**
 * A part of the page that comes in a file of its own, after what is seen first. Until then there are `rows` grey bars
 * in its place (none for something that opens over the page); when it cannot be fetched, it says so and tries again.
 */
export function later<P extends object>(load: () => Promise<{ default: ComponentType<P> }>, rows = 0): Part<P> {
  let loaded: ComponentType<P> | undefined;
  const fetchPart = async (): Promise<ComponentType<P>> => {
    loaded ??= (await load()).default;
    return loaded;
  };

  function Later(props: P): ReactNode {
    const t = useText();
    const [state, setState] = useState<{ readonly part?: ComponentType<P>; readonly error?: unknown }>(() =>
      loaded === undefined ? {} : { part: loaded },
    );
    const fetchNow = useCallback(() => {
      fetchPart()
        .then((part) => setState({ part }))
        .catch((error: unknown) => setState({ error }));
    }, []);
    const { part: PartNow, error } = state;
    useEffect(() => {
      if (PartNow === undefined) fetchNow();
    }, [PartNow, fetchNow]);
    if (PartNow !== undefined) return <PartNow {...props} />;
    if (error !== undefined) return <Failed error={error} onRetry={fetchNow} />;
    return rows === 0 ? null : <Skeleton rows={rows} label={t.common.loading} />;
  }
  return Object.assign(Later, { fetchAhead: () => void fetchPart().catch(() => undefined) });
}
