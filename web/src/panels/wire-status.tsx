import type { ReactNode } from 'react';
import type { WireEntry } from '../../../src/simulator/contract.ts';
import { useText } from '../text/index.ts';

export function isBad({ status, code }: WireEntry): boolean {
  return status < 0 || status >= 400 || (code ?? 0) !== 0;
}

/** How a request ended, in a word. */
export function Status({ entry }: { readonly entry: WireEntry }): ReactNode {
  const t = useText();
  const word = entry.status === 0 ? t.wire.pending : entry.status < 0 ? t.wire.broken : String(entry.status);
  const code = entry.code === undefined || entry.code === 0 ? '' : ` · ${entry.code}`;
  return (
    <span className="wire-status" data-bad={isBad(entry)} data-pending={entry.status === 0}>
      {word}
      {code}
    </span>
  );
}
