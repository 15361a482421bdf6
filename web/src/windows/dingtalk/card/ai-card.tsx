import { CloseCircleFilled, LoadingOutlined, ThunderboltFilled } from '@ant-design/icons';
import { type ReactNode, useState } from 'react';
import type { DingtalkAiCard, StreamedElement } from '../../../../../src/simulator/contract.ts';
import { EmojiText } from '../../../parts/emoji.tsx';
import { Markdown } from '../../../parts/markdown/view.tsx';
import { useText } from '../../../text/index.ts';
import type { Press } from '../../chat/manner.tsx';
import { useTyped } from '../../chat/typing.ts';
import { useSeat } from '../../seat.tsx';
import { CardButton } from './button.tsx';

interface AiCardProps {
  readonly view: DingtalkAiCard;
  readonly updates: number;
  readonly nameOf: (id: string) => string;
  readonly press: Press;
}

/** An answer that grows: it waits, takes text, and ends well or badly. */
export function AiCard({ view, updates, nameOf, press }: AiCardProps): ReactNode {
  const t = useText();
  const { seat } = useSeat();
  const text = useGrowing(view.text, updates, view.state === 'input');
  const note = view.notes[seat.person.id] ?? view.note;
  const called = view.called.map((who) => `@${who === 'all' ? t.chat.everyone : nameOf(who)}`);
  return (
    <div className="dc dc-ai" data-state={view.state} aria-busy={view.state === 'waiting' || view.state === 'input'}>
      {called.length > 0 && <div className="dc-called mention">{called.join(' ')}</div>}
      <header className="dc-head">
        <ThunderboltFilled className="dc-spark" aria-hidden="true" />
        <strong>{view.title === '' ? t.dingtalk.ai : view.title}</strong>
        <State state={view.state} />
      </header>
      {text !== '' && (
        <div className="dc-text">
          <Markdown text={text} dialect="dingtalk" typing={view.state === 'input'} />
        </div>
      )}
      {note !== '' && (
        <div className="dc-note" role="status">
          <EmojiText text={note} />
        </div>
      )}
      {view.buttons.length > 0 && (
        <div className="dc-buttons">
          {view.buttons.map((button) => (
            <CardButton key={button.id ?? button.text} button={button} press={press} />
          ))}
        </div>
      )}
      {view.state === 'finished' && <small className="dc-by">{t.dingtalk.madeByAi}</small>}
    </div>
  );
}

function State({ state }: { readonly state: DingtalkAiCard['state'] }): ReactNode {
  const { states } = useText().dingtalk;
  if (state === 'finished') return null;
  return (
    <span className="dc-state" data-state={state}>
      {state === 'failed' ? <CloseCircleFilled aria-hidden="true" /> : <LoadingOutlined aria-hidden="true" />}
      {states[state]}
    </span>
  );
}

const STEP_MS = 30;
/** The vendor's client has typed what came by the time the next piece does. */
const TYPED_IN_STEPS = 24;

/** What has been typed of a text of which every update brings the whole. */
function useGrowing(text: string, updates: number, streaming: boolean): string {
  const [grown, setGrown] = useState<StreamedElement>({ text, kept: text.length, sequence: updates, at: 0 });
  if (grown.text !== text) setGrown({ text, kept: sharedStart(grown.text, text), sequence: updates, at: 0 });
  const step = Math.max(1, Math.ceil((grown.text.length - grown.kept) / TYPED_IN_STEPS));
  return useTyped(grown, { everyMs: STEP_MS, step, strategy: 'fast' }, streaming);
}

function sharedStart(before: string, after: string): number {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  return at;
}
