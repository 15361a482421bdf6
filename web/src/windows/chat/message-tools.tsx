import { CommentOutlined, EnterOutlined, MoreOutlined, SmileOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { chosenWay } from '../../panels/chosen.ts';
import { VendorEmoji } from '../../parts/emoji.tsx';
import { EMOJI, emojiOfVendor } from '../../parts/emoji-names.ts';
import { MenuButton, type MenuEntry } from '../../parts/menu.tsx';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { useManner } from './manner.tsx';
import { previewOf } from './messages.ts';

interface ToolsProps {
  readonly message: SimMessage;
  readonly own: boolean;
  readonly thread: string | undefined;
  /** Absent where nobody writes. */
  readonly onReply: ((message: SimMessage) => void) | undefined;
  readonly onEdit: (message: SimMessage) => void;
  readonly onTopic: ((root: string, thread: string | undefined) => void) | undefined;
}

/** What can be done with a message; shows when the pointer or the keyboard is there. */
export function MessageTools(props: ToolsProps): ReactNode {
  const { message, thread, onReply, onTopic } = props;
  const t = useText();
  const { lang } = usePreferences();
  const { run } = useSeat();
  const more = useMore(props);
  const { reactions: offered, can } = useManner();
  const reactions = offered.map((emoji): MenuEntry => {
    const known = emojiOfVendor(emoji);
    return {
      key: emoji,
      label: known === undefined ? emoji : EMOJI[known][lang],
      icon: <VendorEmoji name={emoji} />,
      onSelect: () => void run({ type: 'react', message: message.id, emoji }),
    };
  });
  return (
    <span className="im-tools">
      {reactions.length > 0 && (
        <MenuButton label={t.chat.react} className="im-tool" entries={reactions} look="grid">
          <SmileOutlined />
        </MenuButton>
      )}
      {onReply !== undefined && can.has('quoting') && (
        <button
          type="button"
          className="im-tool"
          aria-label={t.chat.reply}
          title={t.chat.reply}
          onClick={() => onReply(message)}
        >
          <EnterOutlined />
        </button>
      )}
      {onTopic !== undefined && (
        <button
          type="button"
          className="im-tool"
          aria-label={t.chat.replyInTopic}
          title={t.chat.replyInTopic}
          onClick={() => onTopic(message.id, thread)}
        >
          <CommentOutlined />
        </button>
      )}
      <MenuButton label={t.common.more} className="im-tool" entries={more}>
        <MoreOutlined />
      </MenuButton>
    </span>
  );
}

function useMore({ message, own, onEdit }: ToolsProps): MenuEntry[] {
  const t = useText();
  const { run, toast } = useSeat();
  const { editing, can } = useManner();
  const text = message.content.kind === 'text' ? message.content.text : undefined;
  const entries: MenuEntry[] = [];
  entries.push({ key: 'way', label: t.chat.theWay, onSelect: () => chosenWay.set(message.id) });
  if (own) {
    entries.push({
      key: 'redeliver',
      label: t.chat.redeliver,
      onSelect: () =>
        void run({ type: 'redeliver', message: message.id }).then((result) => {
          if (result?.ok === true) toast({ kind: 'info', text: t.chat.redelivered });
        }),
    });
  }
  if (own && editing && text !== undefined)
    entries.push({ key: 'edit', label: t.chat.edit, onSelect: () => onEdit(message) });
  entries.push({
    key: 'copy',
    label: t.common.copy,
    onSelect: () =>
      void navigator.clipboard
        .writeText(previewOf(message, t))
        .then(() => toast({ kind: 'success', text: t.common.copied })),
  });
  if (own && can.has('recalling')) {
    entries.push({
      key: 'recall',
      label: t.chat.recall,
      danger: true,
      onSelect: () => void run({ type: 'recall', message: message.id }),
    });
  }
  return entries;
}
