import { CheckOutlined } from '@ant-design/icons';
import { memo, type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SimChat, SimMessage } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { useStore } from '../../api/store.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { EmojiText, VendorEmoji } from '../../parts/emoji.tsx';
import { daysAgo, formatClock, formatDateTime } from '../../text/format.ts';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { Content } from './content.tsx';
import { sameAuthor } from './layout.ts';
import { type Press, useManner } from './manner.tsx';
import { MessageTools } from './message-tools.tsx';
import { previewOf, useMessage } from './messages.ts';
import { useChatFace, useFaceOf } from './names.ts';

interface RowProps {
  readonly message: SimMessage;
  readonly chat: SimChat;
  readonly timed: boolean;
  readonly opens: boolean;
  readonly thread: string | undefined;
  readonly replies: number;
  readonly onReply: (message: SimMessage) => void;
  readonly onEdit: (message: SimMessage) => void;
  readonly onTopic: ((root: string, thread: string | undefined) => void) | undefined;
}

/** One message with everything around it. Drawn again only when something of its own has changed. */
export const MessageRow = memo(function MessageRow(props: RowProps): ReactNode {
  const { message, timed } = props;
  return (
    <>
      {timed && <TimeMark at={message.at} />}
      {message.recalledAt !== undefined ? (
        <Recalled {...props} />
      ) : isLine(message) ? (
        <SystemLine message={message} />
      ) : (
        <Spoken {...props} />
      )}
    </>
  );
});

/** What nobody said stands across the conversation, unless it is a card. */
function isLine({ content, from }: SimMessage): boolean {
  return content.kind === 'divider' || (from.kind === 'system' && content.kind !== 'card');
}

function TimeMark({ at }: { readonly at: number }): ReactNode {
  const { lang } = usePreferences();
  return <div className="im-time">{daysAgo(at) === 0 ? formatClock(at, lang) : formatDateTime(at, lang)}</div>;
}

function SystemLine({ message }: { readonly message: SimMessage }): ReactNode {
  const t = useText();
  return <div className="im-line">{previewOf(message, t)}</div>;
}

function Recalled({ message, onEdit }: RowProps): ReactNode {
  const t = useText();
  const { seat } = useSeat();
  const face = useFaceOf()(message.from);
  const own = message.from.kind === 'person' && message.from.person === seat.person.id;
  const editable = own && message.content.kind === 'text';
  return (
    <div className="im-line">
      {own ? t.chat.recalledByYou : t.chat.recalledBy(face.name)}
      {editable && (
        <button type="button" onClick={() => onEdit(message)}>
          {t.chat.reEdit}
        </button>
      )}
    </div>
  );
}

function Spoken({ message, chat, opens, thread, replies, onReply, onEdit, onTopic }: RowProps): ReactNode {
  const t = useText();
  const { seat, run } = useSeat();
  const faceOf = useFaceOf();
  const chatFace = useChatFace()(chat);
  const face = message.from.kind === 'system' ? chatFace : faceOf(message.from);
  const { Below, readMark, botsAreOurs = false, botsQuoteInGroupsOnly = false } = useManner();
  const isPlain = botsQuoteInGroupsOnly && chat.kind === 'direct' && message.from.kind === 'bot';
  const quoted = message.thread === undefined && !isPlain ? message.parent : undefined;
  const own = message.from.kind === 'person' && message.from.person === seat.person.id;
  const ours = own || (botsAreOurs && message.from.kind === 'bot');
  const press = useCallback<Press>(
    async (pressed, label) => {
      await run({ type: 'press', message: message.id, ...pressed }, label);
    },
    [run, message.id],
  );
  return (
    <article
      className="im-row"
      data-own={ours}
      data-opens={opens}
      data-kind={message.content.kind}
      aria-label={face.name}
    >
      <span className="im-row-face">{opens && <Avatar avatar={face.avatar} size={36} square={face.bot} />}</span>
      <div className="im-row-body">
        {opens && !own && (
          <div className="im-row-name">
            {face.name}
            {face.bot && <i className="im-bot-tag">{t.chat.bot}</i>}
          </div>
        )}
        <div className="im-bubble-line">
          {own && readMark !== 'none' && <ReadMark message={message} chat={chat} />}
          <div className="im-bubble">
            {quoted !== undefined && <Quote id={quoted} />}
            <Content message={message} press={press} />
            {message.editedAt !== undefined && <small className="im-edited">{t.chat.edited}</small>}
            <Reactions message={message} />
          </div>
          <MessageTools
            message={message}
            own={own}
            onReply={chat.purpose === undefined ? onReply : undefined}
            onEdit={onEdit}
            onTopic={onTopic}
            thread={thread}
          />
        </div>
        {message.followUps.length > 0 && <FollowUps message={message} />}
        {thread !== undefined && onTopic !== undefined && (
          <button type="button" className="im-open-topic" onClick={() => onTopic(message.id, thread)}>
            {t.chat.openTopic} · {t.chat.topicReplies(replies)}
          </button>
        )}
        {Below !== undefined && <Below message={message} />}
        {own && <DeliveryNote message={message} />}
      </div>
    </article>
  );
}

function Quote({ id }: { readonly id: string }): ReactNode {
  const t = useText();
  const quoted = useMessage(id);
  const faceOf = useFaceOf();
  if (quoted === undefined) return null;
  const who = t.chat.replied(faceOf(quoted.from).name);
  const words = previewOf(quoted, t);
  return (
    <div className="im-quote" title={`${who}: ${words}`}>
      {who}: <EmojiText text={words} />
    </div>
  );
}

function Reactions({ message }: { readonly message: SimMessage }): ReactNode {
  const { seat, run } = useSeat();
  const faceOf = useFaceOf();
  if (message.reactions.length === 0) return null;
  const me = { kind: 'person', person: seat.person.id } as const;
  return (
    <div className="im-reactions">
      {message.reactions.map(({ emoji, by }) => {
        const mine = by.some((author) => sameAuthor(author, me));
        const press = (): void => void run({ type: mine ? 'unreact' : 'react', message: message.id, emoji });
        return (
          <button key={emoji} type="button" aria-pressed={mine} onClick={press}>
            <VendorEmoji name={emoji} />
            <span>{by.map((author) => faceOf(author).name).join('、')}</span>
          </button>
        );
      })}
    </div>
  );
}

function FollowUps({ message }: { readonly message: SimMessage }): ReactNode {
  const { run } = useSeat();
  return (
    <div className="im-hints">
      {message.followUps.map((text, index) => (
        <button key={text} type="button" onClick={() => void run({ type: 'follow-up', message: message.id, index })}>
          {text}
        </button>
      ))}
    </div>
  );
}

/** A ring that fills as others read it; a bot has read it when it took the delivery. */
function ReadMark({ message, chat }: { readonly message: SimMessage; readonly chat: SimChat }): ReactNode {
  const t = useText();
  const { readMark } = useManner();
  const others = chat.people.length - 1;
  const taken = message.delivery?.every(({ state }) => state === 'acknowledged') ?? true;
  const read = chat.kind === 'direct' ? Number(taken) : message.readBy.length;
  const all = chat.kind === 'direct' ? 1 : others;
  const done = all > 0 && read >= all;
  const label = chat.kind === 'direct' ? (done ? t.chat.read : t.chat.unread) : t.chat.readCount(read, all);
  if (readMark === 'word') {
    return (
      <span className="im-read-word" data-done={done}>
        {label}
      </span>
    );
  }
  return (
    <span className="im-read" data-done={done} role="img" aria-label={label} title={label}>
      {done && <CheckOutlined aria-hidden="true" />}
    </span>
  );
}

/** When the bot did not take the message: the platform tries again by itself, and says so here. */
function DeliveryNote({ message }: { readonly message: SimMessage }): ReactNode {
  const t = useText();
  const troubled = message.delivery?.find(({ state }) => state === 'waiting' || state === 'given-up');
  const seconds = useSecondsUntil(troubled?.nextAt);
  if (troubled === undefined) return null;
  if (troubled.state === 'given-up') return <small className="im-trouble">{t.chat.givenUp(troubled.attempts)}</small>;
  return (
    <small className="im-trouble">
      {seconds > 0 ? t.chat.waiting(troubled.attempts, seconds) : t.chat.waitingSoon(troubled.attempts)}
    </small>
  );
}

function useSecondsUntil(at: number | undefined): number {
  const offset = useStore(({ sim }) => sim?.clockOffsetMs ?? 0);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (at === undefined) return undefined;
    const tick = (): void => setSeconds(Math.max(0, Math.ceil((at - Date.now() - offset) / 1_000)));
    const soon = setTimeout(tick);
    const timer = setInterval(tick, 1_000);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [at, offset]);
  return seconds;
}
