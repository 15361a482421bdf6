import type { ReactNode } from 'react';
import type { Avatar as AvatarLook, SimChat } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { EmojiText } from '../../parts/emoji.tsx';
import { formatChatTime } from '../../text/format.ts';
import { useText } from '../../text/index.ts';
import { previewOf, useMessages } from './messages.ts';

interface ChatRowProps {
  readonly chat: SimChat;
  readonly face: { readonly name: string; readonly avatar: AvatarLook };
  readonly square?: boolean;
  /** What stands on the corner of the face. */
  readonly badge: ReactNode;
  /** What stands behind the name. */
  readonly tags: ReactNode;
  readonly current: boolean;
  readonly onOpen: () => void;
}

/** A chat in a list: its face and name, and what was said last and when. */
export function ChatRow({ chat, face, square = false, badge, tags, current, onOpen }: ChatRowProps): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const last = useMessages(chat.id).at(-1);
  const words = last === undefined ? (chat.summary ?? '') : previewOf(last, t);
  return (
    <button
      type="button"
      className="im-chat"
      // A list is narrow, or shows faces alone.
      title={words === '' ? face.name : `${face.name}\n${words}`}
      aria-current={current ? 'true' : undefined}
      onClick={onOpen}
    >
      <span className="im-chat-face">
        <Avatar avatar={face.avatar} size={40} square={square} />
        {badge}
      </span>
      <span className="im-chat-text">
        <span className="im-chat-name">
          <b>{face.name}</b>
          {tags}
          <time>{formatChatTime(last?.at ?? chat.activeAt, lang, t.common.yesterday)}</time>
        </span>
        <small>
          <EmojiText text={words} />
        </small>
      </span>
    </button>
  );
}
