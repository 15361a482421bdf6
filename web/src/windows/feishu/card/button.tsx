import { Popconfirm, Tooltip } from 'antd';
import { type ReactNode, useContext, useState } from 'react';
import type { CardPress } from '../../../../../src/simulator/contract.ts';
import { EmojiText } from '../../../parts/emoji.tsx';
import { useText } from '../../../text/index.ts';
import { CardIcon } from './icon.tsx';
import type { Behavior, CardButton } from './view.ts';
import { FormContext, PressContext } from './world.ts';

interface ButtonProps {
  readonly button: CardButton;
  readonly id: string | undefined;
}

interface BoxProps {
  readonly behaviors: readonly Behavior[];
  readonly id: string | undefined;
  readonly children: ReactNode;
}

/** A box that can be pressed as a whole; what can be pressed inside it stays by itself. */
export function BoxView({ behaviors, id, children }: BoxProps): ReactNode {
  const pressCard = useContext(PressContext);
  function press(target: EventTarget): void {
    if (target instanceof Element && target.closest('button, a, input, textarea, select') !== null) return;
    const callback = openPages(behaviors);
    if (callback === undefined) return;
    const { value } = callback;
    void pressCard({ tag: 'interactive_container', ...(id === undefined ? {} : { element: id }), value }, '');
  }
  if (behaviors.length === 0) return <div className="fc-box">{children}</div>;
  return (
    <div
      className="fc-box"
      role="button"
      tabIndex={0}
      onClick={(event) => press(event.target)}
      onKeyDown={(event) => event.key === 'Enter' && press(event.target)}
    >
      {children}
    </div>
  );
}

/** Opens what is to be opened; answers the callback, where there is one. */
export function openPages(behaviors: readonly Behavior[]): Extract<Behavior, { kind: 'callback' }> | undefined {
  for (const behavior of behaviors) {
    if (behavior.kind === 'open-url') window.open(behavior.url, '_blank', 'noopener,noreferrer');
  }
  return behaviors.find((behavior) => behavior.kind === 'callback');
}

export function ButtonView({ button, id }: ButtonProps): ReactNode {
  const t = useText();
  const [busy, press] = usePress(button, id);
  const inner = (
    <button
      type="button"
      className="fb"
      data-type={button.type}
      data-size={button.size}
      data-fill={button.width === 'fill'}
      aria-busy={busy}
      aria-disabled={button.disabled || busy}
      style={/^\d+px$/.test(button.width) ? { width: button.width } : undefined}
      onClick={button.confirm === undefined ? press : undefined}
    >
      {button.icon !== undefined && <CardIcon token={button.icon} />}
      <span>
        <EmojiText text={button.text} />
      </span>
      {busy && <i className="fb-spin" aria-hidden="true" />}
    </button>
  );
  const hint = button.disabled && button.hint === '' ? t.card.disabled : button.hint;
  if (button.confirm !== undefined && !button.disabled) {
    return (
      <Popconfirm title={button.confirm.title} description={button.confirm.text} onConfirm={press}>
        {inner}
      </Popconfirm>
    );
  }
  return hint === '' ? inner : <Tooltip title={hint}>{inner}</Tooltip>;
}

/** Whether the press is on its way, and the press itself: a page, the form's values, or the card's callback. */
function usePress(button: CardButton, id: string | undefined): [boolean, () => void] {
  const pressCard = useContext(PressContext);
  const form = useContext(FormContext);
  const [busy, setBusy] = useState(false);

  function press(): void {
    if (button.disabled || busy) return;
    const callback = openPages(button.behaviors);
    if (button.submits === 'reset') return form?.reset();
    if (callback === undefined && button.submits !== 'submit') return;
    setBusy(true);
    void pressCard(pressOf(button, id, callback?.value, form?.values), button.text).finally(() => setBusy(false));
  }
  return [busy, press];
}

function pressOf(
  button: CardButton,
  id: string | undefined,
  value: unknown,
  form: Readonly<Record<string, unknown>> | undefined,
): CardPress {
  return {
    tag: 'button',
    ...(id === undefined ? {} : { element: id }),
    ...(button.name === '' ? {} : { name: button.name }),
    ...(value === undefined ? {} : { value }),
    ...(button.submits === 'submit' && form !== undefined ? { formValue: form } : {}),
  };
}
