import { ArrowDownOutlined } from '@ant-design/icons';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SimChat, SimMessage } from '../../../../src/simulator/contract.ts';
import { olderMessages } from '../../api/client.ts';
import { take } from '../../api/store.ts';
import { useFocusKept } from '../../parts/keep-focus.ts';
import { Nothing } from '../../parts/states.tsx';
import { useStickToEnd } from '../../parts/stick.ts';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { useHints } from './hints.ts';
import type { Row } from './layout.ts';
import { MessageRow } from './message-row.tsx';

/** With fewer messages than this there is nothing older to ask for. */
const PAGE = 30;

interface MessageListProps {
  readonly chat: SimChat;
  readonly rows: readonly Row[];
  readonly onReply: (message: SimMessage) => void;
  readonly onEdit: (message: SimMessage) => void;
  readonly onTopic: ((place: { readonly root: string; readonly thread: string | undefined }) => void) | undefined;
}

export function MessageList({ chat, rows, onReply, onEdit, onTopic }: MessageListProps): ReactNode {
  const t = useText();
  const { scroller, content, away, toEnd } = useStickToEnd();
  useFocusKept(content);
  const { seat } = useSeat();
  const last = rows.at(-1)?.message;
  const mine = last?.from.kind === 'person' && last.from.person === seat.person.id;
  // Who writes wants to see what she wrote, wherever she had scrolled to.
  useEffect(() => {
    if (mine) toEnd();
  }, [last?.id, mine, toEnd]);
  const openTopic = useCallback((root: string, thread: string | undefined) => onTopic?.({ root, thread }), [onTopic]);
  return (
    <div className="im-scroll" ref={scroller}>
      <div className="im-messages" ref={content} role="log" aria-label={t.chat.message} aria-live="off">
        {rows.length >= PAGE && <Older chat={chat} first={rows[0]?.message.id ?? ''} />}
        {rows.length === 0 &&
          (chat.purpose === undefined ? (
            <EmptyChat chat={chat} />
          ) : (
            <Nothing text={t.chat.emptyPurpose[chat.purpose]} />
          ))}
        {rows.map((row) => (
          <MessageRow
            key={row.message.id}
            message={row.message}
            chat={chat}
            timed={row.timed}
            opens={row.opens}
            thread={row.thread}
            replies={row.replies}
            onReply={onReply}
            onEdit={onEdit}
            onTopic={onTopic === undefined ? undefined : openTopic}
          />
        ))}
      </div>
      {away && (
        <button type="button" className="im-to-end" onClick={toEnd}>
          <ArrowDownOutlined aria-hidden="true" /> {t.chat.newMessages}
        </button>
      )}
    </div>
  );
}

function Older({ chat, first }: { readonly chat: SimChat; readonly first: string }): ReactNode {
  const t = useText();
  const [state, setState] = useState<'idle' | 'busy' | 'none'>('idle');
  if (state === 'none') return null;
  async function load(): Promise<void> {
    if (state === 'busy') return;
    setState('busy');
    const older = await olderMessages(chat.platform, chat.id, first).catch(() => []);
    for (const message of older) take({ type: 'message-added', message });
    setState(older.length === 0 ? 'none' : 'idle');
  }
  return (
    <button type="button" className="im-older" aria-disabled={state === 'busy'} onClick={() => void load()}>
      {t.chat.older}
    </button>
  );
}

function EmptyChat({ chat }: { readonly chat: SimChat }): ReactNode {
  const t = useText();
  const { run } = useSeat();
  const hints = useHints().slice(0, 3);
  const bot = chat.bots[0];
  const toBot = chat.kind === 'group' && bot !== undefined ? `@{${bot}} ` : '';
  return (
    <Nothing title={t.chat.empty} text={t.chat.emptyHelp}>
      <div className="im-hints">
        {hints.map(({ ask }) => (
          <button
            key={ask}
            type="button"
            onClick={() => void run({ type: 'send-text', chat: chat.id, text: `${toBot}${ask}` })}
          >
            {ask}
          </button>
        ))}
      </div>
    </Nothing>
  );
}
