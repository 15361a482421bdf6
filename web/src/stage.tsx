import { DesktopOutlined, MobileOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useMemo } from 'react';
import type { SimPerson } from '../../src/simulator/contract.ts';
import { usePreferences } from './api/preferences.ts';
import { useSim } from './api/store.ts';
import { Avatar } from './parts/avatar.tsx';
import { Boundary } from './parts/boundary.tsx';
import { MenuButton } from './parts/menu.tsx';
import { Failed } from './parts/states.tsx';
import { useText } from './text/index.ts';
import { nameOfPerson } from './windows/chat/names.ts';
import { FeishuWindow } from './windows/feishu/window.tsx';
import { personAt, type SeatId, seating, seatPerson } from './windows/seats.ts';

/** One window with its title: what it is and who sits there. On a phone it fills the screen and looks like one. */
export function Place({ id, phone }: { readonly id: SeatId; readonly phone: boolean }): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const people = useSim((sim) => sim.people);
  const person = personAt(id, seating.use(), people);
  const frame = phone ? 'phone' : id;
  const seat = useMemo(
    () => (person === undefined ? undefined : { id, platform: 'feishu' as const, frame, person }),
    [id, frame, person],
  );
  const title = id === 'phone' ? t.windows.feishuPhone : t.windows.feishuDesktop;
  if (seat === undefined || person === undefined) return null;
  return (
    <section
      className="place"
      data-frame={id}
      aria-label={`${title} · ${nameOfPerson(person, lang)}`}
      data-tour={id === 'phone' ? 'window' : undefined}
    >
      <header>
        {id === 'phone' ? <MobileOutlined aria-hidden="true" /> : <DesktopOutlined aria-hidden="true" />}
        <h2>{title}</h2>
        <Who seat={id} person={person} />
      </header>
      <div className="place-frame">
        <Boundary instead={(again) => <Failed error={undefined} onRetry={again} />}>
          <FeishuWindow seat={seat} />
        </Boundary>
      </div>
    </section>
  );
}

function Who({ seat, person }: { readonly seat: SeatId; readonly person: SimPerson }): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const people = useSim((sim) => sim.people).filter((one) => one.accounts.feishu !== undefined);
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
      <Avatar avatar={person.avatar} size={18} /> {nameOfPerson(person, lang)} ▾
    </MenuButton>
  );
}
