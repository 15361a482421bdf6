import { CloseOutlined, LeftOutlined, MoreOutlined, TeamOutlined } from '@ant-design/icons';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { SimApp, SimChat, SimMessage } from '../../../../src/simulator/contract.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { MenuButton } from '../../parts/menu.tsx';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { Composer } from './composer.tsx';
import { rowsOf, rowsOfTopic } from './layout.ts';
import { useManner } from './manner.tsx';
import { MessageList } from './message-list.tsx';
import { useMessages } from './messages.ts';
import { useBots, useChatFace } from './names.ts';
import { useReading } from './reading.ts';

interface ConversationProps {
  readonly chat: SimChat;
  readonly onBack: () => void;
}

export function Conversation({ chat, onBack }: ConversationProps): ReactNode {
  const messages = useMessages(chat.id);
  const { topics } = useManner();
  const [topic, setTopic] = useState<TopicPlace>();
  const rows = useMemo(() => rowsOf(messages), [messages]);
  useReading(messages);
  return (
    <>
      <div className="im-conversation">
        <ChatHeader chat={chat} onBack={onBack} />
        <Talk chat={chat} rows={rows} onTopic={topics ? setTopic : undefined} />
      </div>
      {topic !== undefined && (
        <Topic chat={chat} place={topic} messages={messages} onClose={() => setTopic(undefined)} />
      )}
    </>
  );
}

/** A topic that is there, or one that the first answer to a message will open. */
interface TopicPlace {
  readonly root: string;
  readonly thread: string | undefined;
}

interface TalkProps {
  readonly chat: SimChat;
  readonly rows: ReturnType<typeof rowsOf>;
  readonly onTopic?: ((place: TopicPlace) => void) | undefined;
  readonly topic?: TopicPlace;
}

/** Messages with the place to write below them. */
function Talk({ chat, rows, onTopic, topic }: TalkProps): ReactNode {
  const [replyTo, setReplyTo] = useState<SimMessage>();
  const [editing, setEditing] = useState<SimMessage>();
  return (
    <>
      <MessageList chat={chat} rows={rows} onReply={setReplyTo} onEdit={setEditing} onTopic={onTopic} />
      {chat.purpose === undefined && (
        <Composer
          // Editing begins with the message’s words, and ends with nothing left of them.
          key={editing?.id ?? 'new'}
          chat={chat}
          topic={topic}
          replyTo={replyTo}
          editing={editing}
          onDone={() => {
            setReplyTo(undefined);
            setEditing(undefined);
          }}
        />
      )}
    </>
  );
}

interface TopicProps {
  readonly chat: SimChat;
  readonly place: TopicPlace;
  readonly messages: readonly SimMessage[];
  readonly onClose: () => void;
}

function Topic({ chat, place, messages, onClose }: TopicProps): ReactNode {
  const t = useText();
  // The topic may have come into being since it was opened.
  const thread =
    place.thread ??
    messages.find(
      (message) => message.thread !== undefined && (message.id === place.root || message.root === place.root),
    )?.thread;
  const rows = useMemo(
    () =>
      thread === undefined ? rowsOf(messages.filter(({ id }) => id === place.root)) : rowsOfTopic(messages, thread),
    [messages, thread, place.root],
  );
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) onClose();
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [onClose]);
  return (
    <aside className="im-topic" aria-label={t.chat.topic}>
      <header className="im-head">
        <strong>{t.chat.topic}</strong>
        <span className="im-grow" />
        <button
          type="button"
          className="im-icon-button"
          aria-label={t.chat.closeTopic}
          title={t.chat.closeTopic}
          onClick={onClose}
        >
          <CloseOutlined />
        </button>
      </header>
      <Talk chat={chat} rows={rows} topic={{ root: place.root, thread }} />
    </aside>
  );
}

function ChatHeader({ chat, onBack }: ConversationProps): ReactNode {
  const t = useText();
  const { seat } = useSeat();
  const { can, HeadNote } = useManner();
  const face = useChatFace()(chat);
  return (
    <header className="im-head">
      {seat.frame === 'phone' && (
        <button type="button" className="im-icon-button im-back" aria-label={t.common.back} onClick={onBack}>
          <LeftOutlined />
        </button>
      )}
      {seat.frame === 'desktop' && <Avatar avatar={face.avatar} size={32} square={face.bot || chat.kind === 'group'} />}
      <span className="im-head-text">
        <span className="im-chat-name">
          <strong>{face.name}</strong>
          {face.bot && <i className="im-bot-tag">{t.chat.bot}</i>}
        </span>
        {chat.kind === 'group' && (
          <small>
            <TeamOutlined aria-hidden="true" /> {t.chat.members(chat.people.length + chat.bots.length)}
          </small>
        )}
        {HeadNote !== undefined && <HeadNote chat={chat} />}
      </span>
      <span className="im-grow" />
      {chat.kind === 'group' && can.has('groups') && <GroupMenu chat={chat} />}
    </header>
  );
}

function GroupMenu({ chat }: { readonly chat: SimChat }): ReactNode {
  const t = useText();
  const { run } = useSeat();
  const bots = useBots();
  const entry = (app: SimApp) => {
    const member = chat.bots.includes(app.id);
    return {
      key: app.id,
      label: `${member ? t.chat.removeBot : t.chat.addBot} · ${app.name}`,
      danger: member,
      onSelect: () => void run({ type: member ? 'remove-bot' : 'add-bot', chat: chat.id, app: app.id }),
    };
  };
  return (
    <MenuButton label={t.chat.groupInfo} className="im-icon-button" entries={bots.map(entry)}>
      <MoreOutlined />
    </MenuButton>
  );
}
