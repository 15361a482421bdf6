import type { ReactNode } from 'react';
import type { DingtalkActionCard } from '../../../../../src/simulator/contract.ts';
import { Markdown } from '../../../parts/markdown/view.tsx';
import { LinkButton } from './button.tsx';
import { pageOf } from './read.ts';

/** A text with links below it: one, or several beside or below each other. */
export function ActionCard({ view }: { readonly view: DingtalkActionCard }): ReactNode {
  const shown = new RegExp(`^#{0,6}\\s*\\**${escaped(view.title)}`).test(view.text);
  return (
    <div className="dc dc-action">
      {/* The title is the preview's; most texts say it again. */}
      {view.title !== '' && !shown && (
        <header className="dc-head">
          <strong>{view.title}</strong>
        </header>
      )}
      <div className="dc-text">
        <Markdown text={view.text} dialect="dingtalk" />
      </div>
      <div className="dc-links" data-across={view.across}>
        {view.buttons.map(({ text, url }, index) => (
          <LinkButton key={index} text={text} href={pageOf(url)} />
        ))}
      </div>
    </div>
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
