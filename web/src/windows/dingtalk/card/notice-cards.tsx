import { LinkOutlined, RightOutlined } from '@ant-design/icons';
import type { CSSProperties, ReactNode } from 'react';
import type { DingtalkFeedCard, DingtalkLinkCard, DingtalkOaCard } from '../../../../../src/simulator/contract.ts';
import { useText } from '../../../text/index.ts';
import { pageOf } from './read.ts';

/** A page somebody is pointed to. */
export function LinkCard({ view }: { readonly view: DingtalkLinkCard }): ReactNode {
  return (
    <Linked className="dc dc-link" url={view.url}>
      <span>
        <strong>{view.title}</strong>
        <small>{view.text}</small>
      </span>
      <LinkOutlined aria-hidden="true" />
    </Linked>
  );
}

export function FeedCard({ view }: { readonly view: DingtalkFeedCard }): ReactNode {
  return (
    <div className="dc dc-feed">
      {view.links.map(({ title, url }, index) => (
        <Linked key={index} className="dc-feed-item" url={url}>
          <span>{title}</span>
          <RightOutlined aria-hidden="true" />
        </Linked>
      ))}
    </div>
  );
}

/** A work notification with a form: what it is about, and its values. */
export function OaCard({ view }: { readonly view: DingtalkOaCard }): ReactNode {
  const t = useText();
  const style = view.headColor === '' ? undefined : ({ '--hue': view.headColor } as CSSProperties);
  return (
    <div className="dc dc-oa">
      {view.head !== '' && (
        <div className="dc-oa-head" style={style}>
          {view.head}
          {view.status !== '' && <i className="dc-tag">{view.status}</i>}
        </div>
      )}
      {view.title !== '' && <strong>{view.title}</strong>}
      {view.form.length > 0 && (
        <dl className="dc-form">
          {view.form.map(({ name, value }, index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {view.rich !== undefined && (
        <p className="dc-rich">
          <b>{view.rich.number}</b> {view.rich.unit}
        </p>
      )}
      {view.text !== '' && <p>{view.text}</p>}
      {view.author !== '' && <small className="dc-by">{view.author}</small>}
      {pageOf(view.url) !== undefined && (
        <Linked className="dc-more" url={view.url}>
          <span>{t.dingtalk.details}</span>
          <RightOutlined aria-hidden="true" />
        </Linked>
      )}
    </div>
  );
}

interface LinkedProps {
  readonly className: string;
  readonly url: string;
  readonly children: ReactNode;
}

function Linked({ className, url, children }: LinkedProps): ReactNode {
  const href = pageOf(url);
  if (href === undefined) return <div className={className}>{children}</div>;
  return (
    <a className={className} href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}
