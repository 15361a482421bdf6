import type { ReactNode } from 'react';
import { Boundary } from '../parts/boundary.tsx';
import { Failed } from '../parts/states.tsx';

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
      <div className="panel-body">
        <Boundary instead={(again) => <Failed error={undefined} onRetry={again} />}>{children}</Boundary>
      </div>
    </section>
  );
}
