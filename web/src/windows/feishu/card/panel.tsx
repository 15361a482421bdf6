import { DownOutlined } from '@ant-design/icons';
import { type ReactNode, useId, useState } from 'react';
import type { CardPanel } from './view.ts';

interface PanelProps {
  readonly panel: CardPanel;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

/** Opens and closes by its header. A new version of the card does not close what the reader has opened. */
export function PanelView({ panel, title, children }: PanelProps): ReactNode {
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? panel.expanded;
  const body = useId();
  return (
    <div className="fc-panel" data-bordered={panel.bordered} data-background={panel.background}>
      <button
        type="button"
        className="fc-panel-head"
        aria-expanded={open}
        aria-controls={body}
        onClick={() => setChosen(!open)}
      >
        {title}
        <DownOutlined aria-hidden="true" rotate={open ? 180 : 0} />
      </button>
      <div id={body} className="fc-panel-body" hidden={!open}>
        {children}
      </div>
    </div>
  );
}
