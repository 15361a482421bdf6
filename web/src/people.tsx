import type { ReactNode } from 'react';
import type { SimPerson } from '../../src/simulator/contract.ts';
import { usePreferences } from './api/preferences.ts';
import { useSim } from './api/store.ts';
import { Avatar } from './parts/avatar.tsx';
import { useText, useWords } from './text/index.ts';
import { nameOfPerson } from './windows/chat/names.ts';
import { bePerson, personAt, seating } from './windows/seats.ts';

/** Whom one plays, at every window. */
export function People(): ReactNode {
  const t = useText();
  const people = useSim((sim) => sim.people);
  const me = personAt('desktop', seating.use(), people);
  return (
    <section className="people" aria-label={t.people.title}>
      <h2>{t.people.title}</h2>
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <Person person={person} current={person.id === me?.id} />
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
  const reachable = Object.keys(person.accounts).length > 0;
  return (
    <button
      type="button"
      className="person"
      aria-pressed={current}
      aria-label={t.people.actAs(name)}
      disabled={!reachable}
      title={reachable ? `${name} · ${t.people[person.role]} · ${pick(person.title)}` : t.people.noAccount}
      onClick={() => bePerson(person.id)}
    >
      <Avatar avatar={person.avatar} size={30} />
      <span>
        <b>{name}</b>
        <small>
          {t.people[person.role]} · {pick(person.title)}
        </small>
      </span>
    </button>
  );
}
