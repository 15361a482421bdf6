import { MoreOutlined, RightOutlined } from '@ant-design/icons';
import { memo, type ReactNode, useMemo, useState } from 'react';
import { EmojiText } from '../../../parts/emoji.tsx';
import { MenuButton } from '../../../parts/menu.tsx';
import { useText } from '../../../text/index.ts';
import type { CardProps, Press } from '../../chat/manner.tsx';
import { type Button, readTemplate, type TemplateView } from './read.ts';
import { SelectView } from './select.tsx';

/** A template card (模板卡片), of any of its types. */
export const TemplateCard = memo(function TemplateCard({ card, press }: CardProps): ReactNode {
  const view = useMemo(() => readTemplate(card.json), [card.json]);
  const [chosen, setChosen] = useState<Readonly<Record<string, readonly string[]>>>({});
  const answers = Object.fromEntries(view.selects.map(({ key, chosen: first }) => [key, chosen[key] ?? first]));
  return (
    <div className="wt">
      <Head view={view} press={press} />
      {view.image !== '' && <img className="wt-image" src={view.image} alt="" loading="lazy" />}
      <Words view={view} />
      {view.selects.map((select) => (
        <SelectView
          key={select.key}
          select={select}
          value={answers[select.key] ?? []}
          disabled={view.replaced !== ''}
          onChange={(ids) => setChosen((before) => ({ ...before, [select.key]: ids }))}
        />
      ))}
      <Buttons view={view} press={press} answers={answers} />
      {view.jumps.map((jump) => (
        <Jump key={jump.title} title={jump.title} url={jump.url} />
      ))}
    </div>
  );
});

function Head({ view, press }: { readonly view: TemplateView; readonly press: Press }): ReactNode {
  const t = useText();
  return (
    <>
      {(view.source !== '' || view.actions.length > 0) && (
        <div className="wt-source">
          <span>{view.source}</span>
          {view.actions.length > 0 && (
            <MenuButton
              label={t.wecom.cardMore}
              className="im-tool"
              entries={view.actions.map(({ text, key }) => ({
                key,
                label: text,
                onSelect: () => void press({ tag: 'button', value: key }, text),
              }))}
            >
              <MoreOutlined />
            </MenuButton>
          )}
        </div>
      )}
      {(view.title !== '' || view.text !== '') && (
        <div className="wt-title">
          {view.title !== '' && (
            <strong>
              <EmojiText text={view.title} />
            </strong>
          )}
          {view.text !== '' && <small>{view.text}</small>}
        </div>
      )}
    </>
  );
}

function Words({ view }: { readonly view: TemplateView }): ReactNode {
  const { emphasis, quote, subTitle, rows, paragraphs } = view;
  return (
    <>
      {emphasis !== undefined && (
        <div className="wt-emphasis">
          <b>{emphasis.title}</b>
          <small>{emphasis.text}</small>
        </div>
      )}
      {quote !== undefined && (
        <blockquote className="wt-quote">
          {quote.title !== '' && <b>{quote.title}</b>}
          <span>{quote.text}</span>
        </blockquote>
      )}
      {subTitle !== '' && <p className="wt-sub">{subTitle}</p>}
      {paragraphs.map(({ title, text }) => (
        <div key={`${title}${text}`} className="wt-paragraph">
          <b>{title}</b>
          <span>{text}</span>
        </div>
      ))}
      {rows.length > 0 && (
        <dl className="wt-rows">
          {rows.map(({ name, value, url }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {/^https?:/i.test(url) ? (
                  <a href={url} target="_blank" rel="noreferrer noopener">
                    {value}
                  </a>
                ) : (
                  value
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Jump({ title, url }: { readonly title: string; readonly url: string }): ReactNode {
  const inner = (
    <>
      {title} <RightOutlined aria-hidden="true" />
    </>
  );
  if (!/^https?:/i.test(url)) return <span className="wt-jump">{inner}</span>;
  return (
    <a className="wt-jump" href={url} target="_blank" rel="noreferrer noopener">
      {inner}
    </a>
  );
}

interface ButtonsProps {
  readonly view: TemplateView;
  readonly press: Press;
  readonly answers: Readonly<Record<string, readonly string[]>>;
}

/** The buttons, until an update put words in their place: then they can be pressed no more. */
function Buttons({ view, press, answers }: ButtonsProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const buttons = view.submit === undefined ? view.buttons : [view.submit];
  if (buttons.length === 0) return null;
  if (view.replaced !== '') {
    return (
      <div className="wt-buttons" data-many={false}>
        <button type="button" className="wt-button" data-style="done" disabled>
          <EmojiText text={view.replaced} />
        </button>
      </div>
    );
  }
  const choose = ({ text, key, url }: Button): void => {
    if (busy) return;
    if (url !== '') return void window.open(url, '_blank', 'noopener,noreferrer');
    setBusy(true);
    const formValue = Object.keys(answers).length === 0 ? {} : { formValue: answers };
    void press({ tag: 'button', value: key, ...formValue }, text).finally(() => setBusy(false));
  };
  return (
    <div className="wt-buttons" data-many={buttons.length > 2}>
      {buttons.map((button) => (
        <button
          key={button.key || button.text}
          type="button"
          className="wt-button"
          data-style={button.style}
          aria-busy={busy}
          aria-disabled={busy}
          onClick={() => choose(button)}
        >
          <EmojiText text={button.text} />
        </button>
      ))}
    </div>
  );
}
