import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import type { SimChat } from '../../../../src/simulator/contract.ts';
import { keyOf } from '../../api/state.ts';
import { useSim } from '../../api/store.ts';
import { Nothing } from '../../parts/states.tsx';
import { useText } from '../../text/index.ts';
import { type Seat, SeatProvider, useSeat } from '../seat.tsx';
import { openChatAt, seating } from '../seats.ts';
import { ChatList } from './chat-list.tsx';
import { Conversation } from './conversation.tsx';
import { NavRail, PhoneTabs, StatusBar } from './frame.tsx';
import { type Manner, MannerProvider, useManner } from './manner.tsx';
import { useBots, useChat, useOwnChats } from './names.ts';
import { Toasts } from './toasts.tsx';
import './chat.css';

/** A vendor's client as one person sees it, on a computer or on a phone. */
export function ChatClient({ seat, manner }: { readonly seat: Seat; readonly manner: Manner }): ReactNode {
  return (
    <SeatProvider seat={seat}>
      <MannerProvider value={manner}>
        {/* Another person signs in: nothing of the former one's view stays. */}
        <Client key={seat.person.id} />
      </MannerProvider>
    </SeatProvider>
  );
}

function Client(): ReactNode {
  const t = useText();
  const { seat } = useSeat();
  const chats = useOwnChats();
  const { open: openChats } = seating.use();
  const chosen = openChats[`${seat.id}:${seat.person.id}`];
  const setChosen = useCallback((chat: string | undefined) => openChatAt(seat.id, seat.person.id, chat), [seat]);
  // A computer shows a conversation beside the list, so it opens on one; a phone opens on the list.
  const direct = chats.find(isTalk) ?? chats[0];
  const current = useChat(chosen ?? (seat.frame === 'desktop' ? direct?.id : undefined));
  const open = useOpenChat(setChosen);
  useFirstVisit(chats, open.bot);
  const { look = seat.platform } = useManner();
  const account = seat.person.accounts[seat.platform];
  if (account === undefined) return <Nothing text={t.people.noAccount} />;
  return (
    <div className="im" data-vendor={look} data-frame={seat.frame} data-open={current !== undefined}>
      {seat.frame === 'desktop' ? <NavRail person={seat.person} /> : <StatusBar />}
      <ChatList chats={chats} current={current?.id} onOpen={open} />
      <section className="im-main">
        {current === undefined ? (
          <Nothing text={t.chat.pick} />
        ) : (
          <Conversation key={current.id} chat={current} onBack={() => setChosen(undefined)} />
        )}
      </section>
      {seat.frame === 'phone' && current === undefined && <PhoneTabs />}
      <Toasts />
    </div>
  );
}

/** A chat with a bot, in which one writes. */
function isTalk({ kind, purpose }: SimChat): boolean {
  return kind === 'direct' && purpose === undefined;
}

/** Whoever sees the client on a computer for the first time finds herself in the chat with the bot. */
function useFirstVisit(chats: readonly SimChat[], openBot: (app: string) => void): void {
  const { seat } = useSeat();
  const app = useBots()[0]?.id;
  const known = chats.some(isTalk);
  const asked = useRef(false);
  useEffect(() => {
    if (known || asked.current || app === undefined || seat.frame !== 'desktop') {
      asked.current = asked.current && !known;
      return;
    }
    asked.current = true;
    openBot(app);
  }, [known, app, seat.frame, openBot]);
}

interface Opening {
  /** Opens a chat that exists. */
  readonly chat: (id: string) => void;
  /** Opens the direct chat with a bot, and makes it when there is none. */
  readonly bot: (app: string) => void;
}

/** The platform tells a bot whenever somebody opens the direct chat with it. */
function useOpenChat(setChosen: (id: string) => void): Opening {
  const { run, seat } = useSeat();
  const { platform } = seat;
  const chats = useSim((sim) => sim.chats);
  const bot = useCallback(
    (app: string) => {
      void run({ type: 'enter', app }).then((result) => {
        if (result?.ok === true && result.chat !== undefined) setChosen(result.chat);
      });
    },
    [run, setChosen],
  );
  return useMemo(
    () => ({
      bot,
      chat: (id) => {
        setChosen(id);
        const chat = chats.get(keyOf(platform, id));
        const app = chat?.kind === 'direct' ? chat.bots[0] : undefined;
        if (app !== undefined) void run({ type: 'enter', app });
      },
    }),
    [bot, chats, platform, run, setChosen],
  );
}
