import { type ReactNode, useContext, useMemo } from 'react';
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

/** One and the same from the first word to the last version of the card: what somebody has marked or opened in it stays. */
export function TextElement({ id, text, icon }: TextProps): ReactNode {
  const card = useContext(CardContext);
  const streamed = id === undefined ? undefined : card?.elements[id];
  const body = <Typed text={text} streamed={streamed} card={card} />;
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
  /** Absent as long as nothing is streamed into it, and once a whole card has taken the place of what was. */
  readonly streamed: StreamedElement | undefined;
  readonly card: SimCard | undefined;
}

/** Text that grows; alone in its component, so that typing draws nothing else again. */
function Typed({ text, streamed, card }: TypedProps): ReactNode {
  const still = useMemo(() => stillness(text.text), [text.text]);
  const streaming = streamed !== undefined && card?.streaming === true;
  const shown = useTyped(streamed ?? still, card?.print ?? UNPRINTED, streaming);
  return <TextView text={{ ...text, text: shown }} typing={streaming} />;
}

const UNPRINTED: SimCard['print'] = { everyMs: 1, step: 1, strategy: 'fast' };

/** A text that is there as a whole. */
function stillness(text: string): StreamedElement {
  return { text, kept: text.length, sequence: 0, at: 0 };
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
