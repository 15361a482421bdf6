import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { type ReactNode, useMemo, useState } from 'react';
import type { SimChat } from '../../../../src/simulator/contract.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { later } from '../../parts/later.tsx';
import { Nothing } from '../../parts/states.tsx';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { ChatRow } from './chat-row.tsx';
import { useManner } from './manner.tsx';
import { useMessages } from './messages.ts';
import { useBots, useChatFace } from './names.ts';
import { wasRead } from './reading.ts';

const NewGroup = later(() => import('./new-group.tsx'));

interface ChatListProps {
  readonly chats: readonly SimChat[];
  readonly current: string | undefined;
  readonly onOpen: { readonly chat: (id: string) => void; readonly bot: (app: string) => void };
}

export function ChatList({ chats, current, onOpen }: ChatListProps): ReactNode {
  const t = useText();
  const { seat } = useSeat();
  const bots = useBots();
  const { can } = useManner();
  const faceOf = useChatFace();
  const [search, setSearch] = useState('');
  const [making, setMaking] = useState(false);
  const [kind, setKind] = useState<ChatKind>('all');
  const { filters, ListFoot } = useManner();
  const strangers = bots.filter((app) => !chats.some((chat) => chat.kind === 'direct' && chat.bots.includes(app.id)));
  const found = chats.filter(
    (chat) =>
      faceOf(chat).name.toLowerCase().includes(search.trim().toLowerCase()) && (kind === 'all' || chat.kind === kind),
  );
  return (
    <nav className="im-list" aria-label={t.windows.chats}>
      <div className="im-list-top">
        {seat.frame === 'phone' && <Avatar avatar={seat.person.avatar} size={30} />}
        <label className="im-search">
          <SearchOutlined aria-hidden="true" />
          <input
            value={search}
            placeholder={t.chat.search}
            aria-label={t.chat.search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        {can.has('groups') && (
          <button
            type="button"
            className="im-icon-button"
            aria-label={t.chat.createGroup}
            title={t.chat.createGroup}
            onClick={() => setMaking(true)}
          >
            <PlusOutlined />
          </button>
        )}
      </div>
      {filters && <Filters kind={kind} onChoose={setKind} />}
      <ul>
        {found.map((chat) => (
          <li key={chat.id}>
            <ChatItem chat={chat} current={chat.id === current} onOpen={() => onOpen.chat(chat.id)} />
          </li>
        ))}
        {(kind === 'group' ? [] : strangers).map((app) => (
          <li key={app.id}>
            <button
              type="button"
              className="im-chat"
              title={t.chat.startChat(app.name)}
              onClick={() => onOpen.bot(app.id)}
            >
              <Avatar avatar={app.avatar} size={40} square />
              <span className="im-chat-text">
                <span className="im-chat-name">
                  <b>{app.name}</b>
                  <i className="im-bot-tag">{t.chat.bot}</i>
                </span>
                <small>{t.chat.startChat(app.name)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && strangers.length === 0 && <Nothing title={t.chat.noChats} text={t.chat.noChatsHelp} />}
      {ListFoot !== undefined && <ListFoot />}
      {making && <NewGroup onClose={() => setMaking(false)} onMade={onOpen.chat} />}
    </nav>
  );
}

type ChatKind = 'all' | SimChat['kind'];

function Filters({
  kind,
  onChoose,
}: {
  readonly kind: ChatKind;
  readonly onChoose: (kind: ChatKind) => void;
}): ReactNode {
  const t = useText();
  const words: Readonly<Record<ChatKind, string>> = { all: t.common.all, direct: t.chat.direct, group: t.chat.groups };
  return (
    <div className="im-filters" role="group" aria-label={t.chat.filter}>
      {(['all', 'direct', 'group'] as const).map((one) => (
        <button key={one} type="button" aria-pressed={one === kind} onClick={() => onChoose(one)}>
          {words[one]}
        </button>
      ))}
    </div>
  );
}

interface ChatItemProps {
  readonly chat: SimChat;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function ChatItem({ chat, current, onOpen }: ChatItemProps): ReactNode {
  const t = useText();
  const { seat } = useSeat();
  const face = useChatFace()(chat);
  const messages = useMessages(chat.id);
  const me = seat.person.id;
  const unread = useMemo(
    () =>
      messages.filter(
        (message) =>
          (message.from.kind !== 'system' || message.content.kind === 'card') &&
          !(message.from.kind === 'person' && message.from.person === me) &&
          !wasRead(message, me),
      ).length,
    // What was seen here is known once the chat is left again.
    // oxlint-disable-next-line react/exhaustive-deps
    [messages, me, current],
  );
  return (
    <ChatRow
      chat={chat}
      face={face}
      square={face.bot || chat.kind === 'group'}
      badge={unread > 0 && !current && <i className="im-badge">{unread > 99 ? '99+' : unread}</i>}
      tags={
        <>
          {face.bot && <i className="im-bot-tag">{t.chat.bot}</i>}
          {chat.topics && <i className="im-topic-tag">{t.chat.topicGroup}</i>}
        </>
      }
      current={current}
      onOpen={onOpen}
    />
  );
}
