import { LoadingOutlined } from '@ant-design/icons';
import { type ReactNode, useState } from 'react';
import type { DingtalkButton } from '../../../../../src/simulator/contract.ts';
import { EmojiText } from '../../../parts/emoji.tsx';
import type { Press } from '../../chat/manner.tsx';
import { pageOf } from './read.ts';

interface CardButtonProps {
  readonly button: DingtalkButton;
  readonly press: Press;
}

/** Calls the app, which has two seconds; meanwhile it turns its wheel. A link opens a page. */
export function CardButton({ button, press }: CardButtonProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const page = pageOf(button.url);
  if (page !== undefined) return <LinkButton text={button.text} href={page} />;
  function call(): void {
    if (busy || button.id === undefined) return;
    setBusy(true);
    void press({ tag: 'button', value: button.id }, button.text).finally(() => setBusy(false));
  }
  return (
    <button
      type="button"
      className="db"
      data-color={button.color}
      aria-busy={busy}
      aria-disabled={busy || button.id === undefined}
      onClick={call}
    >
      {busy && <LoadingOutlined aria-hidden="true" />}
      <EmojiText text={button.text} />
    </button>
  );
}

/** A link of a message; an address of the vendor's own client is shown and leads nowhere. */
export function LinkButton({ text, href }: { readonly text: string; readonly href: string | undefined }): ReactNode {
  if (href === undefined) {
    return (
      <span className="db" aria-disabled="true">
        <EmojiText text={text} />
      </span>
    );
  }
  return (
    <a className="db" href={href} target="_blank" rel="noreferrer noopener">
      <EmojiText text={text} />
    </a>
  );
}
