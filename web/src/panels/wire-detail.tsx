import { Drawer } from 'antd';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { WireBody, WireDetail, WireFrame } from '../../../src/simulator/contract.ts';
import { wireDetail } from '../api/client.ts';
import { useSim } from '../api/store.ts';
import { CopyButton } from '../parts/code-block.tsx';
import { Failed, Skeleton } from '../parts/states.tsx';
import { formatBytes, formatExact, formatMs } from '../text/format.ts';
import { useText, useWords } from '../text/index.ts';
import { readable } from './bytes.ts';
import { Status } from './wire-status.tsx';

interface WireDetailProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** One request with everything that went over the wire, decrypted and explained. */
export default function WireDetailDrawer({ id, onClose }: WireDetailProps): ReactNode {
  const t = useText();
  const pick = useWords();
  const { detail, error, retry } = useDetail(id);
  return (
    <Drawer
      open
      title={detail === undefined ? t.wire.title : t.wire.detailOf(pick(detail.title))}
      size={720}
      onClose={onClose}
      className="drawer"
    >
      {error !== undefined && <Failed error={error} onRetry={retry} />}
      {error === undefined && detail === undefined && <Skeleton rows={8} label={t.common.loading} />}
      {detail !== undefined && <Detail detail={detail} />}
    </Drawer>
  );
}

/** Fetched again when the entry goes on: an answer comes in, a stream grows. */
function useDetail(id: string): {
  readonly detail: WireDetail | undefined;
  readonly error: unknown;
  readonly retry: () => void;
} {
  const [state, setState] = useState<{ readonly detail?: WireDetail; readonly error?: unknown }>({});
  const [tries, setTries] = useState(0);
  const version = useSim((sim) => {
    const entry = sim.wire.find((other) => other.id === id);
    return entry === undefined ? '' : `${entry.status} ${entry.frames}`;
  });
  useEffect(() => {
    const abort = new AbortController();
    wireDetail(id, abort.signal)
      .then((detail) => setState({ detail }))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setState((before) => ({ ...before, error }));
      });
    return () => abort.abort();
  }, [id, version, tries]);
  const retry = useCallback(() => {
    setState({});
    setTries((n) => n + 1);
  }, []);
  return { detail: state.detail, error: state.error, retry };
}

function Detail({ detail }: { readonly detail: WireDetail }): ReactNode {
  const t = useText();
  const pick = useWords();
  return (
    <div className="wire-detail">
      <p className="mono">
        <b>{detail.method}</b> {detail.path} <Status entry={detail} />{' '}
        {detail.ms === undefined ? '' : formatMs(detail.ms)}
      </p>
      {detail.explanation.length > 0 && (
        <section className="wire-why" aria-label={t.wire.why}>
          <h3>{t.wire.why}</h3>
          <ul>
            {detail.explanation.map((words) => (
              <li key={words.en}>{pick(words)}</li>
            ))}
          </ul>
        </section>
      )}
      <Headers title={t.wire.headers} headers={detail.requestHeaders} />
      <Body title={t.wire.body} body={detail.requestBody} pretty={false} />
      {detail.plainBody !== undefined && <Body title={t.wire.plain} body={detail.plainBody} pretty />}
      <Headers title={t.wire.answerHeaders} headers={detail.responseHeaders} />
      {detail.responseBody !== undefined && <Body title={t.wire.answer} body={detail.responseBody} pretty />}
      {detail.stream.length > 0 && <Frames frames={detail.stream} />}
    </div>
  );
}

function Headers({
  title,
  headers,
}: {
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
}): ReactNode {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <details open>
      <summary>{title}</summary>
      <dl className="mono">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Body({
  title,
  body,
  pretty,
}: {
  readonly title: string;
  readonly body: WireBody;
  readonly pretty: boolean;
}): ReactNode {
  const t = useText();
  const text = readable(body, pretty);
  return (
    <details open>
      <summary>
        {title} <small>{formatBytes(body.bytes)}</small>
      </summary>
      {body.bytes === 0 ? (
        <p>{t.wire.noBody}</p>
      ) : (
        <div className="wire-body">
          <CopyButton text={text} />
          <pre className="mono" tabIndex={0} aria-label={title}>
            {text}
          </pre>
        </div>
      )}
      {body.cut && <small>{t.wire.cut(formatBytes(new Blob([body.text]).size), formatBytes(body.bytes))}</small>}
    </details>
  );
}

/** A long stream is shown from its end: that is where it goes on. */
const SHOWN_FRAMES = 200;

function Frames({ frames }: { readonly frames: readonly WireFrame[] }): ReactNode {
  const t = useText();
  const first = Math.max(0, frames.length - SHOWN_FRAMES);
  return (
    <details open>
      <summary>
        {t.wire.stream} <small>{t.wire.frames(frames.length)}</small>
      </summary>
      <ol className="wire-frames mono" start={first + 1}>
        {frames.slice(first).map((frame, index) => (
          <li key={first + index}>
            <time>{formatExact(frame.at)}</time> {frame.direction === 'out' ? '→' : '←'} <b>{frame.title}</b>
            <pre>{readable(frame.body, false)}</pre>
          </li>
        ))}
      </ol>
    </details>
  );
}
