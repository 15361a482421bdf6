import { createContext } from 'react';
import type { SimCard } from '../../../../../src/simulator/contract.ts';
import type { Press } from '../../chat/manner.tsx';

/** The card itself, which changes with every streamed word. */
export const CardContext = createContext<SimCard | undefined>(undefined);

export const PressContext = createContext<Press>(async () => undefined);

/** What a form's fields hold; absent outside a form. */
export interface FormWorld {
  readonly values: Readonly<Record<string, unknown>>;
  readonly set: (name: string, value: unknown) => void;
  readonly reset: () => void;
}

export const FormContext = createContext<FormWorld | undefined>(undefined);
