import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
}

/** One of the boxes below the windows. */
export function Panel({ title, extra, children }: PanelProps): ReactNode {
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="panel-extra">{extra}</span>
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
