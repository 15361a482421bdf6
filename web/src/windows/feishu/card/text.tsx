import { type ReactNode, useContext } from 'react';
import type { SimCard, StreamedElement } from '../../../../../src/simulator/contract.ts';
import { EmojiText } from '../../../parts/emoji.tsx';
import { Markdown } from '../../../parts/markdown/view.tsx';
import { useTyped } from '../../chat/typing.ts';
import { CardIcon } from './icon.tsx';
import type { CardText } from './view.ts';
import { CardContext } from './world.ts';

interface TextProps {
  readonly id: string | undefined;
  readonly text: CardText;
  readonly icon: string | undefined;
}

export function TextElement({ id, text, icon }: TextProps): ReactNode {
  const card = useContext(CardContext);
  const streamed = id === undefined ? undefined : card?.elements[id];
  const body =
    card === undefined || streamed === undefined ? (
      <TextView text={text} />
    ) : (
      <Typed text={text} element={streamed} card={card} />
    );
  if (icon === undefined) return body;
  return (
    <div className="fc-with-icon">
      <CardIcon token={icon} />
      {body}
    </div>
  );
}

interface TypedProps {
  readonly text: CardText;
  readonly element: StreamedElement;
  readonly card: SimCard;
}

/** Text that grows; alone in its component, so that typing draws nothing else again. */
function Typed({ text, element, card }: TypedProps): ReactNode {
  const shown = useTyped(element, card.print, card.streaming);
  return <TextView text={{ ...text, text: shown }} typing={card.streaming} />;
}

export function TextView({ text, typing = false }: { readonly text: CardText; readonly typing?: boolean }): ReactNode {
  return (
    <div className="fc-text" data-size={text.size} data-color={text.color} style={{ textAlign: text.align }}>
      {text.dialect === 'plain' ? (
        <EmojiText text={text.text} />
      ) : (
        <Markdown text={text.text} dialect={text.dialect} typing={typing} />
      )}
    </div>
  );
}
