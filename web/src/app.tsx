import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { setPreferences, usePreferences } from './api/preferences.ts';
import { connect, reconnect, useStore } from './api/store.ts';
import { Panel } from './panels/panel.tsx';
import { WayPanel } from './panels/way-panel.tsx';
import { later } from './parts/later.tsx';
import { Nothing, Skeleton } from './parts/states.tsx';
import { People } from './people.tsx';
import { Place, useOpenSeats } from './stage.tsx';
import { useText } from './text/index.ts';
import { TopBar } from './top-bar.tsx';
import { framesOf } from './windows/frames.ts';
import { kindOf, type SeatId } from './windows/seat-kinds.ts';
import { type Pane, pane } from './windows/seats.ts';

const Tour = later(() => import('./tour/tour.tsx'), 7);
const WirePanel = later(() => import('./panels/wire-panel.tsx'), 4);
const FaultsPanel = later(() => import('./panels/faults-panel.tsx'), 4);

export function Page(): ReactNode {
  const t = useText();
  const link = useStore((state) => state.link);
  const ready = useStore((state) => state.sim !== undefined);
  const narrow = useMedia('(max-width: 1023px)');
  useEffect(connect, []);
  return (
    <div className="page" data-narrow={narrow}>
      <TopBar />
      {link === 'lost' && (
        <div className="lost" role="alert">
          {t.link.lost}
          <Button size="small" onClick={reconnect}>
            {t.common.retry}
          </Button>
        </div>
      )}
      {ready ? narrow ? <Narrow /> : <Wide /> : link === 'failed' ? <Unreachable /> : <Loading />}
    </div>
  );
}

function Wide(): ReactNode {
  const t = useText();
  const { dock, tourHidden } = usePreferences();
  return (
    <>
      <div className="stage">
        <aside className="rail">
          <People />
          {!tourHidden && <Tour />}
        </aside>
        <main className="windows" aria-label={t.windows.windows}>
          <Windows />
        </main>
      </div>
      <footer className="dock" data-open={dock} aria-label={t.dock.label}>
        <button
          type="button"
          className="dock-toggle"
          aria-expanded={dock}
          aria-label={dock ? t.dock.hide : t.dock.show}
          title={dock ? t.dock.hide : t.dock.show}
          onClick={() => setPreferences({ dock: !dock })}
        >
          {dock ? <DownOutlined /> : <UpOutlined />}
        </button>
        {dock && <Panels />}
      </footer>
    </>
  );
}

/** Side by side, each as wide as there is room; a computer's client that gets too narrow looks as on a phone. */
function Windows(): ReactNode {
  const open = useOpenSeats();
  const width = useWidth();
  const frames = framesOf(open, width);
  return open.map((id, at) => <Place key={id} id={id} frame={frames[at] ?? 'phone'} />);
}

function Panels(): ReactNode {
  const t = useText();
  return (
    <>
      <Panel title={t.way.title}>
        <WayPanel />
      </Panel>
      <WirePanel />
      <FaultsPanel />
    </>
  );
}

/** On a phone one thing at a time, chosen at the bottom. */
function Narrow(): ReactNode {
  const t = useText();
  const { tourHidden } = usePreferences();
  const open = useOpenSeats();
  const chosen = pane.use();
  // A window that was closed meanwhile cannot show.
  const shown = isPanel(chosen) || open.includes(chosen) ? chosen : (open[0] ?? 'way');
  const small = useMedia('(max-width: 699px)');
  const panes: readonly { readonly value: Pane; readonly label: string }[] = [
    ...open.map((id) => ({ value: id, label: t.windows.short[id] })),
    { value: 'way', label: t.phone.way },
    { value: 'wire', label: t.phone.wire },
    { value: 'faults', label: t.phone.faults },
  ];
  return (
    <>
      {!tourHidden && <Tour />}
      <main className="one">
        {/* All stay, so that what was open and half written is there again. */}
        {open.map((id) => (
          <div key={id} hidden={shown !== id}>
            <Place id={id} frame={small ? 'phone' : kindOf(id).frame} />
          </div>
        ))}
        <>
          {shown === 'way' && (
            <Panel title={t.way.title}>
              <WayPanel />
            </Panel>
          )}
          {shown === 'wire' && <WirePanel />}
          {shown === 'faults' && <FaultsPanel />}
        </>
      </main>
      <nav className="panes" aria-label={t.windows.windows}>
        <Segmented block value={shown} onChange={(value) => pane.set(value)} options={[...panes]} />
      </nav>
    </>
  );
}

function isPanel(one: Pane): one is Exclude<Pane, SeatId> {
  return one === 'way' || one === 'wire' || one === 'faults';
}

function Loading(): ReactNode {
  const t = useText();
  return (
    <div className="waiting">
      <Skeleton rows={9} label={t.link.connecting} />
      <p>{t.link.connecting}</p>
    </div>
  );
}

function Unreachable(): ReactNode {
  const t = useText();
  return (
    <div className="waiting" role="alert">
      <Nothing title={t.link.failedTitle} text={t.link.failedText}>
        <code>offline</code>
        <Button type="primary" onClick={reconnect}>
          {t.common.retry}
        </Button>
      </Nothing>
    </div>
  );
}

function useWidth(): number {
  const [width, setWidth] = useState(() => innerWidth);
  useEffect(() => {
    const listen = (): void => setWidth(innerWidth);
    addEventListener('resize', listen);
    return () => removeEventListener('resize', listen);
  }, []);
  return width;
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const listen = (): void => setMatches(media.matches);
    media.addEventListener('change', listen);
    return () => media.removeEventListener('change', listen);
  }, [query]);
  return matches;
}
