import { EnvironmentOutlined, LinkOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { EmojiText } from '../../parts/emoji.tsx';
import { type Json, listOf, objectOf, textOf } from '../../parts/json.ts';
import { useText } from '../../text/index.ts';
import { Unknown } from '../chat/content.tsx';
import type { OtherContent } from '../chat/manner.tsx';
import { useSeat } from '../seat.tsx';

interface OtherProps {
  readonly message: SimMessage;
  readonly content: OtherContent;
}

/** Messages of WeCom's own kinds. */
export function WecomMessage({ message, content }: OtherProps): ReactNode {
  const body = readBody(content.raw);
  switch (content.type) {
    case 'textcard':
      return <TextCard body={body} />;
    case 'news':
    case 'mpnews':
      return <News body={body} />;
    case 'link':
      return <LinkCard body={body} />;
    case 'location':
      return <Location body={body} />;
    case 'msgmenu':
      return <Menu message={message} body={body} />;
    default:
      return <Unknown content={content} />;
  }
}

function readBody(raw: string): Json {
  try {
    return objectOf(JSON.parse(raw));
  } catch {
    // Shown as it came, by its kind.
    return {};
  }
}

function Outside({ url, className, children }: { url: string; className: string; children: ReactNode }): ReactNode {
  if (!/^https?:/i.test(url)) return <div className={className}>{children}</div>;
  return (
    <a className={className} href={url} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

/** The vendor allows some HTML in it; what is left without the tags is the text. */
function plain(html: string): string {
  return html.replaceAll(/<br\s*\/?>/gi, '\n').replaceAll(/<[^>]*>/g, '');
}

function TextCard({ body }: { readonly body: Json }): ReactNode {
  const t = useText();
  return (
    <Outside className="wc-textcard" url={textOf(body['url'])}>
      <strong>{textOf(body['title'])}</strong>
      <span>{plain(textOf(body['description']))}</span>
      <small>{textOf(body['btntxt'], t.wecom.details)}</small>
    </Outside>
  );
}

function News({ body }: { readonly body: Json }): ReactNode {
  return (
    <div className="wc-news">
      {listOf(body['articles']).map((value, index) => {
        const article = objectOf(value);
        return (
          <Outside key={index} className="wc-article" url={textOf(article['url'])}>
            <b>{textOf(article['title'])}</b>
            <small>{textOf(article['description'] ?? article['digest'])}</small>
          </Outside>
        );
      })}
    </div>
  );
}

function LinkCard({ body }: { readonly body: Json }): ReactNode {
  return (
    <Outside className="wc-textcard" url={textOf(body['url'])}>
      <strong>{textOf(body['title'])}</strong>
      <span>{textOf(body['description'] ?? body['desc'])}</span>
      <small>
        <LinkOutlined aria-hidden="true" /> {textOf(body['url'])}
      </small>
    </Outside>
  );
}

function Location({ body }: { readonly body: Json }): ReactNode {
  return (
    <div className="wc-location">
      <EnvironmentOutlined aria-hidden="true" />
      <span>
        <b>{textOf(body['label'] ?? body['name'])}</b>
        <small>
          {textOf(body['latitude'])}, {textOf(body['longitude'])}
        </small>
      </span>
    </div>
  );
}

/** Words with entries below; one press on an entry says it. */
function Menu({ message, body }: { readonly message: SimMessage; readonly body: Json }): ReactNode {
  const t = useText();
  const { seat, run } = useSeat();
  const isMine = seat.person.role === 'customer';
  const entries = listOf(body['list']).map((value) => {
    const item = objectOf(value);
    const kind = textOf(item['type']);
    return { kind, inside: objectOf(item[kind]) };
  });
  return (
    <div className="wc-menu">
      <p>
        <EmojiText text={textOf(body['head_content'])} />
      </p>
      <ul>
        {entries.map(({ kind, inside }, index) => {
          const words = textOf(inside['content']);
          if (kind === 'view')
            return (
              <li key={index}>
                <Outside className="wc-entry" url={textOf(inside['url'])}>
                  {words}
                </Outside>
              </li>
            );
          if (kind !== 'click' || !isMine)
            return (
              <li key={index}>
                <EmojiText text={words} />
              </li>
            );
          return (
            <li key={index}>
              <button
                type="button"
                className="wc-entry"
                title={t.wecom.press(words)}
                onClick={() => void run({ type: 'choose', message: message.id, item: index })}
              >
                <EmojiText text={words} />
              </button>
            </li>
          );
        })}
      </ul>
      {textOf(body['tail_content']) !== '' && <p>{textOf(body['tail_content'])}</p>}
    </div>
  );
}
