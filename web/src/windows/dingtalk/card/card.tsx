import { memo, type ReactNode, useMemo } from 'react';
import { MarkdownContext, type MarkdownWorld } from '../../../parts/markdown/view.tsx';
import type { CardProps } from '../../chat/manner.tsx';
import { ActionCard } from './action-card.tsx';
import { AiCard } from './ai-card.tsx';
import { ApprovalCard } from './approval-card.tsx';
import { FeedCard, LinkCard, OaCard } from './notice-cards.tsx';
import { readCard } from './read.ts';
import './card.css';

/** A card as the vendor's client draws it: by its template, or by the type of the message. */
export const Card = memo(function Card({ card, nameOf, press }: CardProps): ReactNode {
  const view = useMemo(() => readCard(card.json), [card.json]);
  const world = useMemo<MarkdownWorld>(() => ({ nameOf, imageOf: (key) => card.images[key] }), [nameOf, card.images]);
  const drawn = (): ReactNode => {
    switch (view.look) {
      case 'ai':
        return <AiCard view={view} updates={card.updates} nameOf={nameOf} press={press} />;
      case 'action':
        return <ActionCard view={view} />;
      case 'link':
        return <LinkCard view={view} />;
      case 'feed':
        return <FeedCard view={view} />;
      case 'oa':
        return <OaCard view={view} />;
      case 'approval':
        return <ApprovalCard view={view} nameOf={nameOf} press={press} />;
    }
  };
  return <MarkdownContext value={world}>{drawn()}</MarkdownContext>;
});
