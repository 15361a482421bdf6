import type { Call } from './batch.ts';
import type { WireFailure } from './failures.ts';

/** What the gateway's thread says to the store's. */
export type Question =
  | { readonly kind: 'calls'; readonly calls: readonly Call[] }
  | { readonly kind: 'own' }
  | { readonly kind: 'close' };

/** What the store's thread says to the gateway's. */
export type Answer =
  | { readonly kind: 'ready' }
  /** What became of the calls, in the order in which they were asked; a failed one has its entry in `failures`. */
  | {
      readonly kind: 'outcomes';
      readonly values: readonly unknown[];
      readonly failures: readonly (readonly [index: number, failure: WireFailure])[];
    }
  | { readonly kind: 'owned'; readonly failure?: WireFailure }
  /** The store has ended: it could not be opened, or it cannot be relied on any more. */
  | { readonly kind: 'broken'; readonly failure: WireFailure };
