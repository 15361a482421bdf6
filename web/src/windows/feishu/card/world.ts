import { createContext } from 'react';
import type { CardPress, SimCard } from '../../../../../src/simulator/contract.ts';

/** The card itself, which changes with every streamed word. */
export const CardContext = createContext<SimCard | undefined>(undefined);

/** Presses something; resolves when the client may let go of it. Stays the same while the card streams. */
export type Press = (press: CardPress, label: string) => Promise<void>;

export const PressContext = createContext<Press>(async () => undefined);

/** What a form's fields hold; absent outside a form. */
export interface FormWorld {
  readonly values: Readonly<Record<string, unknown>>;
  readonly set: (name: string, value: unknown) => void;
  readonly reset: () => void;
}

export const FormContext = createContext<FormWorld | undefined>(undefined);
