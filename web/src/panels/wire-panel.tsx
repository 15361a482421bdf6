import { ArrowLeftOutlined, ArrowRightOutlined, BugOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { memo, type ReactNode, useCallback, useEffect, useState } from 'react';
import type { FarSide, WireEntry } from '../../../src/simulator/contract.ts';
import { clearWire } from '../api/client.ts';
import { useSim } from '../api/store.ts';
import { later } from '../parts/later.tsx';
import { Nothing } from '../parts/states.tsx';
import { useStickToEnd } from '../parts/stick.ts';
import { formatExact, formatMs } from '../text/format.ts';
import { useText, useWords } from '../text/index.ts';
import { Panel } from './panel.tsx';
import { isBad, Status } from './wire-status.tsx';

const WireDetailDrawer = later(() => import('./wire-detail.tsx'));

const SIDES: readonly FarSide[] = ['feishu', 'wecom', 'dingtalk', 'dify'];

type Shown = FarSide | 'all';

/** Every request of both directions, newest last. */
export default function WirePanel(): ReactNode {
  const t = useText();
  const [side, setSide] = useState<Shown>('all');
  return (
    <Panel title={t.wire.title} extra={<WireTools side={side} onSide={setSide} />}>
      <WireList side={side} />
    </Panel>
  );
}

/** Apart from the list, which changes several times a second; the sides that there are hardly do. */
const WireTools = memo(function WireTools({
  side,
  onSide,
}: {
  readonly side: Shown;
  readonly onSide: (side: Shown) => void;
}): ReactNode {
  const t = useText();
  const isEmpty = useSim(({ wire }) => wire.length === 0);
  const there = useSim(({ wire }) => SIDES.filter((one) => wire.some((entry) => entry.side === one)).join(' '));
  const sides = SIDES.filter((one) => there.split(' ').includes(one));
  return (
    <>
      {sides.length > 1 && (
        <Segmented
          size="small"
          aria-label={t.wire.filter}
          value={side}
          onChange={onSide}
          options={[
            { value: 'all' as const, label: t.common.all },
            ...sides.map((value) => ({ value, label: t.wire.sides[value] ?? value })),
          ]}
        />
      )}
      <Button size="small" type="text" disabled={isEmpty} onClick={() => void clearWire()}>
        {t.wire.clear}
      </Button>
    </>
  );
});

function WireList({ side }: { readonly side: Shown }): ReactNode {
  const t = useText();
  const wire = useSim((sim) => sim.wire);
  const [open, setOpen] = useState<string>();
  useEffect(() => WireDetailDrawer.fetchAhead(), []);
  const shown = side === 'all' ? wire : wire.filter((entry) => entry.side === side);
  const { scroller, content } = useStickToEnd();
  const choose = useCallback((id: string) => setOpen(id), []);
  return (
    <>
      <div className="wire" ref={scroller}>
        <div ref={content} role="list" aria-label={t.wire.title}>
          {shown.length === 0 && <Nothing text={t.wire.empty} />}
          {shown.map((entry) => (
            <WireRow key={entry.id} entry={entry} onOpen={choose} />
          ))}
        </div>
      </div>
      {open !== undefined && <WireDetailDrawer id={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

interface WireRowProps {
  readonly entry: WireEntry;
  readonly onOpen: (id: string) => void;
}

const WireRow = memo(function WireRow({ entry, onOpen }: WireRowProps): ReactNode {
  const t = useText();
  const pick = useWords();
  const title = pick(entry.title);
  const Arrow = entry.direction === 'out' ? ArrowRightOutlined : ArrowLeftOutlined;
  return (
    <div role="listitem">
      <button
        type="button"
        className="wire-row"
        data-side={entry.side}
        data-bad={isBad(entry)}
        aria-label={t.wire.openEntry(title)}
        onClick={() => onOpen(entry.id)}
      >
        <time>{formatExact(entry.at)}</time>
        <span className="wire-side" data-side={entry.side} title={entry.direction === 'out' ? t.wire.out : t.wire.in}>
          {t.wire.sides[entry.side] ?? entry.side} <Arrow aria-hidden="true" />
        </span>
        <b className="wire-method">{entry.method}</b>
        <span className="wire-path" title={entry.path}>
          {entry.path}
        </span>
        <span className="wire-title" title={title}>
          {title}
        </span>
        {entry.fault !== undefined && <BugOutlined title={t.wire.fault} />}
        {entry.frames > 0 && <small>{t.wire.frames(entry.frames)}</small>}
        <Status entry={entry} />
        <span className="wire-ms">{entry.ms === undefined ? '' : formatMs(entry.ms)}</span>
      </button>
    </div>
  );
});
