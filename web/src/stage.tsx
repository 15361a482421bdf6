import { CloseOutlined, PlusOutlined, SwapOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import type { SimPerson } from '../../src/simulator/contract.ts';
import { usePreferences } from './api/preferences.ts';
import { useSim } from './api/store.ts';
import { Avatar } from './parts/avatar.tsx';
import { Boundary } from './parts/boundary.tsx';
import { MenuButton, type MenuEntry } from './parts/menu.tsx';
import { Failed, Nothing } from './parts/states.tsx';
import { useText } from './text/index.ts';
import { nameOfPerson } from './windows/chat/names.ts';
import { CLIENTS } from './windows/registry.ts';
import { canSitAt, kindOf, MAX_OPEN, openSeatsOf, personAt, type SeatId, seatsOf } from './windows/seat-kinds.ts';
import { addSeat, closeSeat, roomNow, seating, seatPerson, swapSeat } from './windows/seats.ts';

/** The windows that are open, in their order. */
export function useOpenSeats(): readonly SeatId[] {
  const { windows } = usePreferences();
  const apps = useSim((sim) => sim.apps);
  return useMemo(() => openSeatsOf(apps, windows, roomNow()), [apps, windows]);
}

interface PlaceProps {
  readonly id: SeatId;
  readonly frame: 'desktop' | 'phone';
}

/** One window with its title: what it is and who sits there. On a phone it fills the screen and looks like one. */
export function Place({ id, frame }: PlaceProps): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const people = useSim((sim) => sim.people);
  const apps = useSim((sim) => sim.apps);
  const person = personAt(id, seating.use(), { people, apps });
  const { platform } = kindOf(id);
  const seat = useMemo(
    () => (person === undefined ? undefined : { id, platform, frame, person }),
    [id, platform, frame, person],
  );
  const title = t.windows.titles[id];
  const Client = CLIENTS[platform];
  return (
    <section
      className="place"
      data-frame={frame}
      aria-label={person === undefined ? title : `${title} · ${nameOfPerson(person, lang)}`}
      data-tour={id === 'phone' ? 'window' : undefined}
    >
      <PlaceHead id={id} frame={frame} person={person} />
      <div className="place-frame">
        {seat === undefined ? (
          <Nothing title={t.windows.nobody} text={t.windows.nobodyHelp} />
        ) : (
          <Boundary instead={(again) => <Failed error={undefined} onRetry={again} />}>
            <Client seat={seat} />
          </Boundary>
        )}
      </div>
    </section>
  );
}

function PlaceHead({ id, frame, person }: PlaceProps & { readonly person: SimPerson | undefined }): ReactNode {
  const t = useText();
  const apps = useSim((sim) => sim.apps);
  const open = useOpenSeats();
  const title = t.windows.titles[id];
  const others = seatsOf(apps).filter((seat) => !open.includes(seat));
  const entries = (choose: (seat: SeatId) => void): MenuEntry[] =>
    others.map((seat) => ({
      key: seat,
      label: t.windows.titles[seat],
      icon: <BrandSign seat={seat} />,
      onSelect: () => choose(seat),
    }));
  const last = open.at(-1) === id;
  return (
    <header>
      <BrandSign seat={id} />
      {/* A computer's client in a narrow window looks like a phone's, and does not say that it is a computer's. */}
      <h2 title={title}>{frame === kindOf(id).frame ? title : t.windows.short[id]}</h2>
      {others.length > 0 && (
        <MenuButton
          label={t.windows.swap(title)}
          title={t.windows.swapTitle}
          className="place-tool"
          entries={entries((seat) => swapSeat(id, seat))}
        >
          <SwapOutlined />
        </MenuButton>
      )}
      {person !== undefined && <Who seat={id} person={person} />}
      {last && others.length > 0 && open.length < MAX_OPEN && (
        <MenuButton label={t.windows.add} title={t.windows.add} className="place-tool" entries={entries(addSeat)}>
          <PlusOutlined />
        </MenuButton>
      )}
      {open.length > 1 && (
        <button
          type="button"
          className="place-tool"
          aria-label={t.windows.close(title)}
          title={t.windows.close(title)}
          onClick={() => closeSeat(id)}
        >
          <CloseOutlined />
        </button>
      )}
    </header>
  );
}

/** The sign of a window's platform: a letter of ours in its colour. */
export function BrandSign({ seat }: { readonly seat: SeatId }): ReactNode {
  const t = useText();
  const { brand } = kindOf(seat);
  return (
    <i className="brand" data-brand={brand} aria-hidden="true">
      {t.windows.signs[brand]}
    </i>
  );
}

function Who({ seat, person }: { readonly seat: SeatId; readonly person: SimPerson }): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const apps = useSim((sim) => sim.apps);
  const people = useSim((sim) => sim.people).filter((one) => canSitAt(seat, one, apps));
  return (
    <MenuButton
      label={`${t.windows.whose}: ${nameOfPerson(person, lang)}`}
      className="place-who"
      entries={people.map((one) => ({
        key: one.id,
        label: nameOfPerson(one, lang),
        icon: <Avatar avatar={one.avatar} size={22} />,
        onSelect: () => seatPerson(seat, one.id),
      }))}
    >
      <Avatar avatar={person.avatar} size={18} /> <span>{nameOfPerson(person, lang)}</span> ▾
    </MenuButton>
  );
}
