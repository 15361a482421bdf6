import { type ReactNode, useCallback } from 'react';
import { Nothing } from '../../parts/states.tsx';
import { useText } from '../../text/index.ts';
import { NavRail, PhoneTabs, StatusBar } from '../chat/frame.tsx';
import { MannerProvider } from '../chat/manner.tsx';
import { Toasts } from '../chat/toasts.tsx';
import { type Seat, SeatProvider, useSeat } from '../seat.tsx';
import { openChatAt, seating } from '../seats.ts';
import { DeskList } from './desk-list.tsx';
import { DeskTalk } from './desk-talk.tsx';
import { DESK } from './manners.tsx';
import { useServed } from './served.ts';
import '../chat/chat.css';

/** Where an employee serves customers: who waits, who is hers, and the conversation with all that the bot said. */
export function Desk({ seat }: { readonly seat: Seat }): ReactNode {
  return (
    <SeatProvider seat={seat}>
      <MannerProvider value={DESK}>
        <Client key={seat.person.id} />
      </MannerProvider>
    </SeatProvider>
  );
}

function Client(): ReactNode {
  const { desk } = useText().wecom;
  const { seat } = useSeat();
  const { id, frame, person } = seat;
  const served = useServed(person.id);
  const chosen = seating.use().open[`${id}:${person.id}`];
  const choose = useCallback((chat: string | undefined) => openChatAt(id, person.id, chat), [id, person.id]);
  const found = served.find(({ chat }) => chat.id === chosen);
  const current = found ?? (frame === 'desktop' ? served[0] : undefined);
  return (
    <div
      className="im wc-desk"
      data-vendor="wecom"
      data-frame={frame}
      data-open={current !== undefined || served.length === 0}
    >
      {frame === 'desktop' ? <NavRail person={person} /> : <StatusBar />}
      <DeskList served={served} current={current?.chat.id} onOpen={choose} />
      <section className="im-main">
        {current === undefined ? (
          <Nothing
            title={served.length === 0 ? desk.empty : desk.title}
            text={served.length === 0 ? desk.emptyHelp : desk.pick}
          />
        ) : (
          <DeskTalk key={current.chat.id} served={current} onBack={() => choose(undefined)} />
        )}
      </section>
      {frame === 'phone' && current === undefined && <PhoneTabs />}
      <Toasts />
    </div>
  );
}
