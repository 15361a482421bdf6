import { type ReactNode, useMemo } from 'react';
import type { Avatar as AvatarData, SimChat } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { useSim } from '../../api/store.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import type { Mentioned } from './composer-text.ts';
import { nameOfPerson } from './names.ts';

export interface Mentionable extends Mentioned {
  readonly avatar: AvatarData;
  readonly bot: boolean;
}

/** Whom one can mention in a chat: the bots first, for they are whom one wants here. */
export function useMentionable(chat: SimChat): readonly Mentionable[] {
  const t = useText();
  const { lang } = usePreferences();
  const { seat } = useSeat();
  const people = useSim((sim) => sim.people);
  const apps = useSim((sim) => sim.apps);
  return useMemo(
    () => [
      ...apps
        .filter(({ id }) => chat.bots.includes(id))
        .map((app) => ({ id: app.id, label: app.name, avatar: app.avatar, bot: true })),
      ...people
        .filter(({ id }) => chat.people.includes(id) && id !== seat.person.id)
        .map((person) => ({ id: person.id, label: nameOfPerson(person, lang), avatar: person.avatar, bot: false })),
      { id: 'all', label: t.chat.everyone, avatar: { color: '#8f959e', letters: '@' }, bot: false },
    ],
    [apps, people, chat, seat.person.id, lang, t],
  );
}

interface MentionListProps {
  readonly id: string;
  readonly people: readonly Mentionable[];
  readonly active: number;
  readonly onChoose: (person: Mentionable) => void;
}

export function MentionList({ id, people, active, onChoose }: MentionListProps): ReactNode {
  const t = useText();
  return (
    <div id={id} className="im-mentions" role="listbox" aria-label={t.chat.mention}>
      {people.map((person, index) => (
        <div
          key={person.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // The text keeps the focus, so that the caret stays where it is.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(person);
          }}
        >
          <Avatar avatar={person.avatar} size={24} square={person.bot} />
          <span>{person.label}</span>
          {person.bot && <i className="im-bot-tag">{t.chat.bot}</i>}
        </div>
      ))}
    </div>
  );
}
