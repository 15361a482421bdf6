import { useCallback, useMemo } from 'react';
import type { Author, Avatar, SimApp, SimChat, SimPerson } from '../../../../src/simulator/contract.ts';
import { type Lang, usePreferences } from '../../api/preferences.ts';
import { keyOf } from '../../api/state.ts';
import { useSim } from '../../api/store.ts';
import { useWords } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { useManner } from './manner.tsx';

export function nameOfPerson(person: SimPerson, lang: Lang): string {
  return lang === 'zh' ? person.name : person.enName;
}

interface Face {
  readonly name: string;
  readonly avatar: Avatar;
  readonly bot: boolean;
}

const NOBODY: Avatar = { color: '#8f959e', letters: '·' };

/** Name and picture of whoever wrote something. */
export function useFaceOf(): (author: Author) => Face {
  const people = useSim((sim) => sim.people);
  const apps = useSim((sim) => sim.apps);
  const { lang } = usePreferences();
  return useCallback(
    (author) => {
      if (author.kind === 'person')
        return faceOfPerson(
          people.find(({ id }) => id === author.person),
          lang,
        );
      if (author.kind === 'bot') return faceOfApp(apps.find(({ id }) => id === author.app));
      return { name: '', avatar: NOBODY, bot: false };
    },
    [people, apps, lang],
  );
}

function faceOfPerson(person: SimPerson | undefined, lang: Lang): Face {
  if (person === undefined) return { name: '?', avatar: NOBODY, bot: false };
  return { name: nameOfPerson(person, lang), avatar: person.avatar, bot: false };
}

function faceOfApp(app: SimApp | undefined): Face {
  return app === undefined
    ? { name: '?', avatar: NOBODY, bot: true }
    : { name: app.name, avatar: app.avatar, bot: true };
}

/** Names by every id under which the platform knows somebody. */
export function useNameOf(): (id: string) => string {
  const people = useSim((sim) => sim.people);
  const apps = useSim((sim) => sim.apps);
  const { lang } = usePreferences();
  const names = useMemo(() => {
    const found = new Map<string, string>();
    for (const person of people) {
      const accounts = Object.values(person.accounts).flatMap(({ ids, perApp }) => [ids, perApp]);
      for (const id of [person.id, ...accounts.flatMap((ids) => Object.values(ids))])
        found.set(id, nameOfPerson(person, lang));
    }
    for (const app of apps) for (const id of [app.id, app.botId]) found.set(id, app.name);
    return found;
  }, [people, apps, lang]);
  return useCallback((id) => names.get(id) ?? id, [names]);
}

/** The bots of this platform that people can talk to; one that only posts to its group is none. */
export function useBots(): readonly SimApp[] {
  const { platform } = useSeat().seat;
  const apps = useSim((sim) => sim.apps);
  const { talksTo = notOneWay } = useManner();
  return useMemo(() => apps.filter((app) => app.platform === platform && talksTo(app)), [apps, platform, talksTo]);
}

function notOneWay({ surface }: SimApp): boolean {
  return surface !== 'robot';
}

const PURPOSE_COLORS: Readonly<Record<NonNullable<SimChat['purpose']>, string>> = {
  notices: '#2f7cf6',
  approvals: '#e8590c',
};

/** How a chat is called, and its picture, in the list of somebody. */
export function useChatFace(): (chat: SimChat) => Face {
  const apps = useSim((sim) => sim.apps);
  const people = useSim((sim) => sim.people);
  const pick = useWords();
  const { lang } = usePreferences();
  const { botsAreOurs = false } = useManner();
  return (chat) => {
    // Who stands on the company's side talks to the customer.
    if (botsAreOurs)
      return faceOfPerson(
        people.find(({ id }) => chat.people.includes(id)),
        lang,
      );
    const app = chat.kind === 'direct' ? apps.find(({ id }) => chat.bots.includes(id)) : undefined;
    if (app !== undefined) return faceOfApp(app);
    const name = pick(chat.name);
    const color = chat.purpose === undefined ? '#3d8f6f' : PURPOSE_COLORS[chat.purpose];
    return { name, avatar: { color, letters: name.slice(0, 1) }, bot: false };
  };
}

/** The chats of whoever sits at this window, newest first. */
export function useOwnChats(): readonly SimChat[] {
  const { platform, person } = useSeat().seat;
  const chats = useSim((sim) => sim.chats);
  return useMemo(
    () =>
      [...chats.values()]
        .filter((chat) => chat.platform === platform && chat.people.includes(person.id))
        .toSorted((a, b) => b.activeAt - a.activeAt),
    [chats, platform, person.id],
  );
}

export function useChat(id: string | undefined): SimChat | undefined {
  const { platform } = useSeat().seat;
  return useSim((sim) => (id === undefined ? undefined : sim.chats.get(keyOf(platform, id))));
}
