import { Button } from 'antd';
import { type ReactNode, useCallback } from 'react';
import { CallFailed } from '../api/client.ts';
import { useText, useWords } from '../text/index.ts';

interface EmptyProps {
  readonly title?: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** Nothing here yet, and what to do first. */
export function Nothing({ title, text, children }: EmptyProps): ReactNode {
  return (
    <div className="nothing">
      <svg viewBox="0 0 64 48" width="64" height="48" aria-hidden="true">
        <path
          d="M10 22 32 6l22 16v18a4 4 0 0 1-4 4H14a4 4 0 0 1-4-4z"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinejoin="round"
        />
        <path
          d="M20 30h9m-9 0 4-4m-4 4 4 4M44 30h-9"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {title !== undefined && <strong>{title}</strong>}
      <span>{text}</span>
      {children}
    </div>
  );
}

/** It went wrong: what, its code, and again. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }): ReactNode {
  const t = useText();
  const words = useErrorWords();
  return (
    <div className="nothing" role="alert">
      <strong>{t.common.failed}</strong>
      <span>{words(error)}</span>
      <Button size="small" onClick={onRetry}>
        {t.common.retry}
      </Button>
    </div>
  );
}

/** One sentence with the code behind it. */
export function useErrorWords(): (error: unknown) => string {
  const t = useText();
  const pick = useWords();
  return useCallback(
    (error) => {
      if (!(error instanceof CallFailed)) return t.common.failedHelp;
      const ours = error.code === 'offline' ? t.link.offline : t.common.failedHelp;
      return t.chat.errorToast(error.words === undefined ? ours : pick(error.words), error.code);
    },
    [t, pick],
  );
}

/** Grey bars in the shape of what is coming. */
export function Skeleton({ rows, label }: { readonly rows: number; readonly label: string }): ReactNode {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} />
      ))}
    </div>
  );
}
