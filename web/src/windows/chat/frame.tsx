import { Tooltip } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import type { SimPerson } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { formatClock } from '../../text/format.ts';
import { useText } from '../../text/index.ts';
import { type ClientPlace, useManner } from './manner.tsx';

function usePlaces(): readonly (ClientPlace & { readonly here: boolean })[] {
  const places = useManner().places(useText());
  return places.map((place, index) => ({ ...place, here: index === 0 }));
}

export function NavRail({ person }: { readonly person: SimPerson }): ReactNode {
  const t = useText();
  return (
    <div className="im-nav" aria-hidden="true">
      <Avatar avatar={person.avatar} size={34} />
      {usePlaces().map(({ name, Icon, here }) => (
        <Tooltip key={name} title={here ? undefined : t.chat.inDemo} placement="right">
          <span className="im-place" data-here={here}>
            <Icon />
            <small>{name}</small>
          </span>
        </Tooltip>
      ))}
    </div>
  );
}

export function PhoneTabs(): ReactNode {
  return (
    <div className="im-tabs" aria-hidden="true">
      {usePlaces().map(({ name, Icon, here }) => (
        <span key={name} className="im-place" data-here={here}>
          <Icon />
          <small>{name}</small>
        </span>
      ))}
    </div>
  );
}

const MINUTE_MS = 60_000;

/** The top of a phone: the time, and marks for signal and battery. */
export function StatusBar(): ReactNode {
  const { lang } = usePreferences();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS / 4);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="im-status" aria-hidden="true">
      <span>{formatClock(now, lang)}</span>
      <svg viewBox="0 0 52 14" width="52" height="14">
        <path d="M1 12h2V9H1zm4 0h2V7H5zm4 0h2V5H9zm4 0h2V3h-2z" fill="currentColor" />
        <rect x="26" y="2" width="22" height="10" rx="3" fill="none" stroke="currentColor" opacity=".5" />
        <rect x="28" y="4" width="15" height="6" rx="1.5" fill="currentColor" />
        <path d="M49.500 5.500v3" stroke="currentColor" opacity=".5" />
      </svg>
    </div>
  );
}
