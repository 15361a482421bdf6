import type { ReactNode } from 'react';
import type { SimPerson } from '../../src/simulator/contract.ts';
import { usePreferences } from './api/preferences.ts';
import { useSim } from './api/store.ts';
import { Avatar } from './parts/avatar.tsx';
import { BrandSign } from './stage.tsx';
import { useText, useWords } from './text/index.ts';
import { nameOfPerson } from './windows/chat/names.ts';
import { canSitAt, kindOf, personAt, type SeatId, seatsOf } from './windows/seat-kinds.ts';
import { bePerson, seating } from './windows/seats.ts';

/** Whom one plays, at every window that is hers. */
export function People(): ReactNode {
  const t = useText();
  const people = useSim((sim) => sim.people);
  const apps = useSim((sim) => sim.apps);
  const state = seating.use();
  const me = state.person ?? personAt('desktop', state, { people, apps })?.id;
  return (
    <section className="people" aria-label={t.people.title}>
      <h2>{t.people.title}</h2>
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <Person person={person} current={person.id === me} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Person({ person, current }: { readonly person: SimPerson; readonly current: boolean }): ReactNode {
  const t = useText();
  const pick = useWords();
  const { lang } = usePreferences();
  const name = nameOfPerson(person, lang);
  const where = useSeatsOf(person);
  const places = where.map((seat) => t.windows.brands[kindOf(seat).brand]).join(t.common.and);
  return (
    <button
      type="button"
      className="person"
      aria-pressed={current}
      aria-label={where.length > 0 ? t.people.actAs(name, places) : name}
      disabled={where.length === 0}
      title={
        where.length > 0 ? `${name} · ${t.people[person.role]} · ${pick(person.title)} · ${places}` : t.people.noAccount
      }
      onClick={() => bePerson(person)}
    >
      <Avatar avatar={person.avatar} size={30} />
      <span>
        <b>{name}</b>
        <small>
          {t.people[person.role]} · {pick(person.title)}
        </small>
      </span>
      <span className="person-where">
        {where.map((seat) => (
          <BrandSign key={seat} seat={seat} />
        ))}
      </span>
    </button>
  );
}

/** One window a platform at which somebody can sit. */
function useSeatsOf(person: SimPerson): SeatId[] {
  const apps = useSim((sim) => sim.apps);
  const able = seatsOf(apps).filter((seat) => canSitAt(seat, person, apps));
  return able.filter((seat, at) => able.findIndex((other) => kindOf(other).brand === kindOf(seat).brand) === at);
}
