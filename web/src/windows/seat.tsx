import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type {
  AnySimAction,
  PlatformKind,
  SimActionResult,
  SimPerson,
  SimToast,
} from '../../../src/simulator/contract.ts';
import { act } from '../api/act.ts';
import { onToast } from '../api/store.ts';
import { useErrorWords } from '../parts/states.tsx';
import { useText, useWords } from '../text/index.ts';
import { isActingAt, noteActing, tellDeed } from './seats.ts';

/** A client in which somebody sits. */
export interface Seat {
  readonly id: string;
  readonly platform: PlatformKind;
  readonly frame: 'desktop' | 'phone';
  readonly person: SimPerson;
}

/** An action without what every action of this seat has in common. */
export type SeatAction = AnySimAction extends infer A
  ? A extends AnySimAction
    ? Omit<A, 'platform' | 'person'>
    : never
  : never;

interface SeatWorld {
  readonly seat: Seat;
  /** Does it; what goes wrong is shown as the client shows it. Undefined when the simulator could not be asked. */
  readonly run: (action: SeatAction, label?: string) => Promise<SimActionResult | undefined>;
  readonly toasts: readonly ShownToast[];
  readonly toast: (toast: SimToast) => void;
}

export type ShownToast = SimToast & { readonly id: number };

const SHOWN_FOR_MS = 4_000;
/** The same words within this time are one toast: the answer to a press and the event about it. */
const SAME_MS = 800;

const SeatContext = createContext<SeatWorld | undefined>(undefined);

export function useSeat(): SeatWorld {
  const world = useContext(SeatContext);
  if (world === undefined) throw new Error('used outside a window');
  return world;
}

export function SeatProvider({ seat, children }: { readonly seat: Seat; readonly children: ReactNode }): ReactNode {
  const { id, platform } = seat;
  const person = seat.person.id;
  const [toasts, toast] = useToasts();
  const showFailure = useFailureToast(toast);

  useEffect(
    () =>
      onToast((event) => {
        if (event.platform === platform && event.person === person && isActingAt(person, id)) toast(event.toast);
      }),
    [id, platform, person, toast],
  );
  const run = useCallback(
    async (bare: SeatAction, label?: string) => {
      const action = { ...bare, platform, person } as AnySimAction;
      // A window reads by itself; that is nobody's doing.
      if (bare.type !== 'read') noteActing(person, id);
      try {
        const result = await act(action);
        tellDeed({ seat: id, action, result, label });
        if (!result.ok) showFailure(result.error);
        else if (result.toast !== undefined) toast(result.toast);
        return result;
      } catch (error) {
        showFailure(error);
        return undefined;
      }
    },
    [id, platform, person, toast, showFailure],
  );
  const world = useMemo(() => ({ seat, run, toasts, toast }), [seat, run, toasts, toast]);
  return <SeatContext value={world}>{children}</SeatContext>;
}

type Refused = Extract<SimActionResult, { ok: false }>['error'];

function useFailureToast(toast: (toast: SimToast) => void): (error: unknown) => void {
  const t = useText();
  const pick = useWords();
  const words = useErrorWords();
  return useCallback(
    (error: unknown) => {
      const text = isRefused(error) ? t.chat.errorToast(pick(error.text), error.code) : words(error);
      toast({ kind: 'error', text });
    },
    [toast, t, pick, words],
  );
}

function isRefused(error: unknown): error is Refused {
  return error !== null && typeof error === 'object' && 'code' in error && 'text' in error && !(error instanceof Error);
}

function useToasts(): [readonly ShownToast[], (toast: SimToast) => void] {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([]);
  const last = useRef({ id: 0, text: '', at: 0 });
  const show = useCallback((toast: SimToast) => {
    const now = performance.now();
    if (last.current.text === toast.text && now - last.current.at < SAME_MS) return;
    const id = last.current.id + 1;
    last.current = { id, text: toast.text, at: now };
    setToasts((before) => [...before.slice(-2), { ...toast, id }]);
    setTimeout(() => setToasts((before) => before.filter((other) => other.id !== id)), SHOWN_FOR_MS);
  }, []);
  return [toasts, show];
}
