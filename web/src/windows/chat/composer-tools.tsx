import {
  AudioOutlined,
  BulbOutlined,
  FileOutlined,
  FolderOpenOutlined,
  PictureOutlined,
  PlusCircleOutlined,
  SendOutlined,
  SmileOutlined,
} from '@ant-design/icons';
import { type ReactNode, useRef } from 'react';
import type { SimChat, SimResource } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { useSim } from '../../api/store.ts';
import { Emoji } from '../../parts/emoji.tsx';
import { EMOJI, type EmojiName } from '../../parts/emoji-names.ts';
import { MenuButton, type MenuEntry } from '../../parts/menu.tsx';
import { useText } from '../../text/index.ts';
import { useHints } from './hints.ts';
import { useManner } from './manner.tsx';
import type { Sending } from './sending.ts';

const OFFERED: readonly EmojiName[] = [
  'smile',
  'grin',
  'think',
  'sad',
  'up',
  'clap',
  'pray',
  'wave',
  'heart',
  'party',
  'done',
  'fire',
];

interface ToolsProps {
  readonly chat: SimChat;
  readonly sending: Sending;
  readonly onInsert: (text: string) => void;
  readonly onAt: () => void;
  readonly onSend: () => void;
  /** Whether there is nothing to send. */
  readonly empty: boolean;
}

/** The row of things one can send besides text. */
export function ComposerTools({ chat, sending, onInsert, onAt, onSend, empty }: ToolsProps): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const samples = useSim((sim) => sim.samples);
  const hints = useHints();
  const { can } = useManner();
  const picker = useRef<HTMLInputElement>(null);
  const voice = samples.find(({ mime }) => mime.startsWith('audio/'));
  const emoji = OFFERED.map(
    (name): MenuEntry => ({
      key: name,
      label: EMOJI[name][lang],
      icon: <Emoji name={name} />,
      onSelect: () => onInsert(EMOJI[name].chars[0]),
    }),
  );
  const attachments: MenuEntry[] = [
    ...samples.filter((sample) => sample !== voice).map((sample) => sampleEntry(sample, sending)),
    ...(can.has('stickers')
      ? [{ key: 'sticker', label: t.chat.sticker, icon: <SmileOutlined />, onSelect: () => void sending.sticker() }]
      : []),
    { key: 'own', label: t.chat.uploadOwn, icon: <FolderOpenOutlined />, onSelect: () => picker.current?.click() },
  ];
  return (
    <span className="im-input-tools">
      <MenuButton
        label={t.chat.tryThese}
        title={t.chat.tryThese}
        className="im-tool"
        entries={hints.map(({ ask, shows }) => ({
          key: ask,
          label: ask,
          ...(shows === undefined ? {} : { hint: shows }),
          onSelect: () => onInsert(ask),
        }))}
      >
        <BulbOutlined />
      </MenuButton>
      <MenuButton label={t.chat.emoji} className="im-tool" entries={emoji} look="grid">
        <SmileOutlined />
      </MenuButton>
      {chat.kind === 'group' && (
        <button type="button" className="im-tool" aria-label={t.chat.mention} title={t.chat.mention} onClick={onAt}>
          <b aria-hidden="true">@</b>
        </button>
      )}
      {can.has('files') && voice !== undefined && (
        <button
          type="button"
          className="im-tool"
          aria-label={t.chat.voice}
          title={t.chat.voice}
          onClick={() => void sending.resource(voice)}
        >
          <AudioOutlined />
        </button>
      )}
      {can.has('files') && (
        <MenuButton label={t.chat.attach} className="im-tool" entries={attachments}>
          <PlusCircleOutlined />
        </MenuButton>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        aria-label={t.chat.uploadOwn}
        onChange={(event) => {
          for (const file of event.target.files ?? []) void sending.upload(file);
          event.target.value = '';
        }}
      />
      <button
        type="button"
        className="im-send"
        aria-label={t.chat.send}
        title={t.chat.send}
        disabled={empty}
        onClick={onSend}
      >
        <SendOutlined />
      </button>
    </span>
  );
}

function sampleEntry(sample: SimResource, sending: Sending): MenuEntry {
  return {
    key: sample.key,
    label: sample.name,
    icon: sample.mime.startsWith('image/') ? <PictureOutlined /> : <FileOutlined />,
    onSelect: () => void sending.resource(sample),
  };
}
