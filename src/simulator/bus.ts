import type { SimEvent } from './contract.ts';

/** Where everything that happens is told to whoever looks on. Costs nothing while nobody does. */
export interface Bus {
  /** Whether somebody listens; ask before building an event that is costly to build. */
  readonly watched: boolean;
  emit(event: SimEvent): void;
  /** @returns Ends it. */
  subscribe(listener: (event: SimEvent) => void): () => void;
}

export function createBus(): Bus {
  const listeners = new Set<(event: SimEvent) => void>();
  return {
    get watched() {
      return listeners.size > 0;
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
