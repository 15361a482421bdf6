import { EllipsisOutlined, SoundOutlined } from '@ant-design/icons';
import { type ReactNode, useContext, useState } from 'react';
import { EmojiText } from '../../../parts/emoji.tsx';
import { MarkdownContext } from '../../../parts/markdown/view.tsx';
import { MenuButton } from '../../../parts/menu.tsx';
import { Picture } from '../../../parts/picture.tsx';
import { useText } from '../../../text/index.ts';
import { openPages } from './button.tsx';
import type { CardAudio, CardChecker, CardOverflow, CardPictures } from './view.ts';
import { FormContext, PressContext } from './world.ts';

export function OverflowView({
  overflow,
  id,
}: {
  readonly overflow: CardOverflow;
  readonly id: string | undefined;
}): ReactNode {
  const t = useText();
  const press = useContext(PressContext);
  return (
    <MenuButton
      label={t.common.more}
      className="fb"
      entries={overflow.options.map((option) => ({
        key: option.value,
        label: option.text,
        onSelect() {
          openPages(option.behaviors);
          const callback = openPages(overflow.behaviors);
          const element = id === undefined ? {} : { element: id };
          const value = callback === undefined ? {} : { value: callback.value };
          void press({ tag: 'overflow', option: option.value, ...element, ...value }, option.text);
        },
      }))}
    >
      <EllipsisOutlined />
    </MenuButton>
  );
}

export function CheckerView({
  checker,
  id,
}: {
  readonly checker: CardChecker;
  readonly id: string | undefined;
}): ReactNode {
  const form = useContext(FormContext);
  const press = useContext(PressContext);
  const [checked, setChecked] = useState(checker.checked);

  function change(next: boolean): void {
    setChecked(next);
    if (form !== undefined) return form.set(checker.name, next);
    const callback = openPages(checker.behaviors);
    const element = id === undefined ? {} : { element: id };
    const value = callback === undefined ? {} : { value: callback.value };
    void press({ tag: 'checker', name: checker.name, checked: next, ...element, ...value }, checker.text);
  }
  return (
    <label className="fc-checker" data-checked={checked}>
      <input
        type="checkbox"
        checked={checked}
        disabled={checker.disabled}
        onChange={(event) => change(event.target.checked)}
      />
      <span>
        <EmojiText text={checker.text} />
      </span>
    </label>
  );
}

export function PicturesView({ pictures }: { readonly pictures: CardPictures }): ReactNode {
  const t = useText();
  const { imageOf } = useContext(MarkdownContext);
  return (
    <div className="fc-pictures" data-across={pictures.across}>
      {pictures.keys.map((key, index) => {
        const resource = imageOf(key);
        return resource === undefined ? (
          <div key={index} className="md-missing">
            {t.card.imageMissing(key)}
          </div>
        ) : (
          <Picture key={index} resource={resource} alt="" />
        );
      })}
    </div>
  );
}

/** The file is the vendor's; the page plays what the simulator has of it. */
export function AudioView({ audio }: { readonly audio: CardAudio }): ReactNode {
  const t = useText();
  const resource = useContext(MarkdownContext).imageOf(audio.key);
  const name = audio.text === '' ? t.chat.voice : audio.text;
  if (resource === undefined || resource.bytes === 0) {
    return (
      <div className="fc-with-icon">
        <SoundOutlined className="fc-icon" aria-hidden="true" />
        <span>{name}</span>
      </div>
    );
  }
  return (
    <audio className="fc-audio" src={resource.url} controls preload="none" aria-label={name}>
      <track kind="captions" />
    </audio>
  );
}
