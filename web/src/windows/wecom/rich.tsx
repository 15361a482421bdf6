import { BulbOutlined, RightOutlined } from '@ant-design/icons';
import { type ReactNode, useState } from 'react';
import { Markdown } from '../../parts/markdown/view.tsx';
import { Picture } from '../../parts/picture.tsx';
import { useText } from '../../text/index.ts';
import type { MarkdownContent } from '../chat/manner.tsx';
import { splitThought } from './think.ts';

/** A bot's text: its thoughts folded away in front, its pictures below. */
export function BotText({ content }: { readonly content: MarkdownContent }): ReactNode {
  const { thought, isThinking, answer } = splitThought(content.text);
  return (
    <div className="wc-text">
      {thought !== undefined && <Thought text={thought} going={isThinking && content.streaming} />}
      {(answer !== '' || (content.streaming && thought === undefined)) && (
        <Markdown text={answer} typing={content.streaming} />
      )}
      {Object.values(content.images ?? {}).map((image) => (
        <Picture key={image.key} resource={image} alt="" />
      ))}
    </div>
  );
}

/** Open while it grows; then folded, unless the reader has opened it. */
function Thought({ text, going }: { readonly text: string; readonly going: boolean }): ReactNode {
  const t = useText();
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? going;
  return (
    <div className="wc-thought" data-going={going}>
      <button type="button" aria-expanded={open} onClick={() => setChosen(!open)}>
        <BulbOutlined aria-hidden="true" /> {going ? t.wecom.thinking : t.wecom.thought}
        <RightOutlined aria-hidden="true" className="wc-arrow" />
      </button>
      {open && (
        <div className="wc-thought-text">
          <Markdown text={text} typing={going} />
        </div>
      )}
    </div>
  );
}
