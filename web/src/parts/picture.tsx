import { type ReactNode, useRef } from 'react';
import type { SimResource } from '../../../src/simulator/contract.ts';
import { useText } from '../text/index.ts';

/** A picture that opens in full size. Its place is kept while it loads, so that nothing below it jumps. */
export function Picture({ resource, alt }: { readonly resource: SimResource; readonly alt: string }): ReactNode {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const name = alt === '' ? resource.name : alt;
  return (
    <>
      <button
        type="button"
        className="picture"
        aria-label={`${t.chat.preview}: ${name}`}
        onClick={() => dialog.current?.showModal()}
      >
        <img src={resource.url} alt={name} loading="lazy" decoding="async" />
      </button>
      {/* A press anywhere closes it, Escape too. */}
      <dialog ref={dialog} className="lightbox" aria-label={name}>
        <button type="button" aria-label={t.common.close} onClick={() => dialog.current?.close()}>
          <img src={resource.url} alt={name} loading="lazy" />
        </button>
      </dialog>
    </>
  );
}
