import { CloseOutlined } from '@ant-design/icons';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { SimChat, SimMessage } from '../../../../src/simulator/contract.ts';
import { EmojiText } from '../../parts/emoji.tsx';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { BotMenu } from './bot-menu.tsx';
import { completeMention, type Mentioned, mentionQuery, withMentions } from './composer-text.ts';
import { ComposerTools } from './composer-tools.tsx';
import { useManner } from './manner.tsx';
import { MentionList, useMentionable } from './mention-list.tsx';
import { previewOf } from './messages.ts';
import { useChatFace, useFaceOf } from './names.ts';
import { type Place, useSending } from './sending.ts';

interface ComposerProps {
  readonly chat: SimChat;
  readonly topic: { readonly root: string; readonly thread: string | undefined } | undefined;
  readonly replyTo: SimMessage | undefined;
  readonly editing: SimMessage | undefined;
  /** The reply or the edit is over, sent or given up. */
  readonly onDone: () => void;
}

export function Composer({ chat, topic, replyTo, editing, onDone }: ComposerProps): ReactNode {
  const t = useText();
  const { run } = useSeat();
  const input = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(input, chat, editing);
  const begun = replyTo ?? editing;
  useEffect(() => {
    if (begun !== undefined) input.current?.focus();
  }, [begun]);
  const place: Place = { chat: chat.id, topic, replyTo: replyTo?.id };
  const sending = useSending(place, onDone);
  const face = useChatFace()(chat);
  const { can } = useManner();

  async function send(): Promise<void> {
    const text = withMentions(draft.text, draft.mentioned).trim();
    if (text === '') return;
    draft.clear();
    if (editing !== undefined && editing.recalledAt === undefined) {
      await run({ type: 'edit', message: editing.id, text });
      return onDone();
    }
    await sending.text(text);
  }
  function keyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (draft.listKey(event)) return event.preventDefault();
    if (event.key === 'Escape' && begun !== undefined) {
      event.preventDefault();
      return onDone();
    }
    // While an input method is composing, Enter chooses characters.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }
  function dropOrPaste(event: DragEvent | ClipboardEvent, files: FileList): void {
    if (files.length === 0 || !can.has('files')) return;
    event.preventDefault();
    for (const file of files) void sending.upload(file);
  }
  const placeholder = topic === undefined ? t.chat.sendTo(face.name) : t.chat.replyInTopic;
  return (
    <div
      className="im-composer"
      onDrop={(event) => dropOrPaste(event, event.dataTransfer.files)}
      onDragOver={(event) => event.preventDefault()}
    >
      {topic === undefined && <BotMenu chat={chat} />}
      {begun !== undefined && <Banner message={begun} editing={editing !== undefined} onCancel={onDone} />}
      <div className="im-input" data-tour={topic === undefined ? 'composer' : undefined}>
        <textarea
          ref={input}
          rows={1}
          value={draft.text}
          placeholder={placeholder}
          aria-label={placeholder}
          title={t.chat.sendHint}
          role="combobox"
          aria-expanded={draft.listed.length > 0}
          aria-autocomplete="list"
          aria-controls={draft.listId}
          aria-activedescendant={draft.listed.length > 0 ? `${draft.listId}-${draft.active}` : undefined}
          onChange={(event) => draft.change(event.target.value, event.target.selectionStart)}
          onKeyDown={keyDown}
          onPaste={(event) => dropOrPaste(event, event.clipboardData.files)}
        />
        {draft.listed.length > 0 && (
          <MentionList id={draft.listId} people={draft.listed} active={draft.active} onChoose={draft.choose} />
        )}
        <ComposerTools
          chat={chat}
          sending={sending}
          onInsert={draft.insert}
          onAt={draft.openMentions}
          onSend={() => void send()}
          empty={draft.text.trim() === ''}
        />
      </div>
      {sending.uploading && (
        <div className="im-uploading" role="status">
          {t.chat.uploading}
        </div>
      )}
    </div>
  );
}

function Banner({
  message,
  editing,
  onCancel,
}: {
  readonly message: SimMessage | undefined;
  readonly editing: boolean;
  readonly onCancel: () => void;
}): ReactNode {
  const t = useText();
  const faceOf = useFaceOf();
  if (message === undefined) return null;
  const what = editing ? t.chat.edit : t.chat.replyTo(faceOf(message.from).name);
  return (
    <div className="im-banner">
      <span>
        {what}: <EmojiText text={previewOf(message, t)} />
      </span>
      <button type="button" className="im-icon-button" aria-label={t.common.cancel} onClick={onCancel}>
        <CloseOutlined />
      </button>
    </div>
  );
}

/** What is being written, with the list of people that an `@` opens. */
function useDraft(input: RefObject<HTMLTextAreaElement | null>, chat: SimChat, editing: SimMessage | undefined) {
  const [text, setText] = useState(() => textOf(editing));
  const [mentioned, setMentioned] = useState<readonly Mentioned[]>([]);
  const [query, setQuery] = useState<string>();
  const [active, setActive] = useState(0);
  const people = useMentionable(chat);
  const listed =
    query === undefined ? [] : people.filter(({ label }) => label.toLowerCase().includes(query.toLowerCase()));

  function change(next: string, caret: number): void {
    setText(next);
    setQuery(chat.kind === 'group' ? mentionQuery(next, caret) : undefined);
    setActive(0);
  }
  // Where the caret goes once the text is there; before anybody can type on.
  const caretTo = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (caretTo.current !== undefined) input.current?.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = undefined;
  }, [input, text]);

  function put(next: string, caret: number): void {
    caretTo.current = caret;
    change(next, caret);
    input.current?.focus();
  }
  function insert(piece: string): void {
    const at = input.current?.selectionStart ?? text.length;
    put(text.slice(0, at) + piece + text.slice(at), at + piece.length);
  }
  function choose(person: Mentioned): void {
    const done = completeMention(text, input.current?.selectionStart ?? text.length, person.label);
    setMentioned((before) => [...before.filter(({ id }) => id !== person.id), person]);
    put(done.text, done.caret);
    setQuery(undefined);
  }
  /** Whether the key was for the list. */
  function listKey(event: KeyboardEvent): boolean {
    if (listed.length === 0) return false;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) setActive((active + step + listed.length) % listed.length);
    else if (event.key === 'Escape') setQuery(undefined);
    else if (event.key === 'Enter' || event.key === 'Tab') {
      const person = listed[active];
      if (person !== undefined) choose(person);
    } else return false;
    return true;
  }
  return {
    text,
    mentioned,
    listed,
    active,
    listId: `mentions-${chat.id}`,
    change,
    choose,
    insert,
    listKey,
    openMentions: () => insert(text === '' || text.endsWith(' ') ? '@' : ' @'),
    clear: () => {
      setText('');
      setMentioned([]);
      setQuery(undefined);
    },
  };
}

/** The words of a message as they were written, to be changed. */
function textOf(message: SimMessage | undefined): string {
  if (message?.content.kind !== 'text') return '';
  return message.content.mentions.reduce((all, { key, name }) => all.replaceAll(key, `@${name}`), message.content.text);
}
