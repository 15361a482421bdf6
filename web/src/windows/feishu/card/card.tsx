import { memo, type ReactNode, useMemo } from 'react';
import { usePreferences } from '../../../api/preferences.ts';
import { EmojiText } from '../../../parts/emoji.tsx';
import { MarkdownContext, type MarkdownWorld } from '../../../parts/markdown/view.tsx';
import type { CardProps } from '../../chat/manner.tsx';
import { Elements } from './element.tsx';
import { CardIcon } from './icon.tsx';
import { readCard } from './read.ts';
import type { CardHeader } from './view.ts';
import { CardContext, PressContext } from './world.ts';
import './card.css';

/** A card as the vendor's client shows it. */
export const Card = memo(function Card({ card, nameOf, press }: CardProps): ReactNode {
  const { lang } = usePreferences();
  // While text is streamed `json` stays the same object, so it is read once a card and not once a word.
  const view = useMemo(() => readCard(card.json, lang), [card.json, lang]);
  const markdown = useMemo<MarkdownWorld>(
    () => ({ nameOf, imageOf: (key) => card.images[key] }),
    [nameOf, card.images],
  );
  return (
    <PressContext value={press}>
      <CardContext value={card}>
        <MarkdownContext value={markdown}>
          <div className="fc" data-width={view.width} data-streaming={card.streaming}>
            {view.header !== undefined && <Header header={view.header} />}
            <div className="fc-body">
              <Elements elements={view.elements} />
            </div>
          </div>
        </MarkdownContext>
      </CardContext>
    </PressContext>
  );
});

function Header({ header }: { readonly header: CardHeader }): ReactNode {
  return (
    <div className="fc-header" data-template={header.template}>
      {header.icon !== undefined && <CardIcon token={header.icon} />}
      <div className="fc-titles">
        <strong className="fc-title">
          <EmojiText text={header.title} />
        </strong>
        {header.subtitle !== '' && <span className="fc-subtitle">{header.subtitle}</span>}
      </div>
      {header.tags.map((tag) => (
        <span key={tag.text} className="md-tag" data-color={tag.color}>
          {tag.text}
        </span>
      ))}
    </div>
  );
}
