import { type ReactNode, useEffect, useState } from 'react';
import { useText } from '../text/index.ts';

const COPIED_FOR_MS = 1_600;

/** Code with its language and a button that copies it. */
export function CodeBlock({ language, text }: { readonly language: string; readonly text: string }): ReactNode {
  const t = useText();
  return (
    <figure className="code">
      <figcaption>
        <span>{language === '' ? t.common.code : language}</span>
        <CopyButton text={text} />
      </figcaption>
      <pre tabIndex={0} aria-label={t.common.code}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

export function CopyButton({ text }: { readonly text: string }): ReactNode {
  const t = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="copy"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {copied ? t.common.copied : t.common.copy}
    </button>
  );
}
