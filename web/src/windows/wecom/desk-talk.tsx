import { LeftOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useSim } from '../../api/store.ts';
import { Avatar } from '../../parts/avatar.tsx';
import { MenuButton } from '../../parts/menu.tsx';
import { useText } from '../../text/index.ts';
import { Composer } from '../chat/composer.tsx';
import { rowsOf } from '../chat/layout.ts';
import { MessageList } from '../chat/message-list.tsx';
import { useMessages } from '../chat/messages.ts';
import { useFaceOf, useNameOf } from '../chat/names.ts';
import { useSeat } from '../seat.tsx';
import type { Served } from './served.ts';

interface DeskTalkProps {
  readonly served: Served;
  readonly onBack: () => void;
}

/** One customer's conversation, and what can be done with it. */
export function DeskTalk({ served, onBack }: DeskTalkProps): ReactNode {
  const t = useText();
  const { chat, group } = served;
  const messages = useMessages(chat.id);
  const rows = useMemo(() => rowsOf(messages), [messages]);
  return (
    <div className="im-conversation">
      <DeskHead served={served} onBack={onBack} />
      <MessageList chat={chat} rows={rows} onReply={nothing} onEdit={nothing} onTopic={undefined} />
      {group === 'mine' ? (
        <Composer chat={chat} topic={undefined} replyTo={undefined} editing={undefined} onDone={nothing} />
      ) : (
        <p className="wc-readonly">{t.wecom.desk.readOnly}</p>
      )}
    </div>
  );
}

function nothing(): void {
  // Here one neither quotes nor edits.
}

function DeskHead({ served, onBack }: DeskTalkProps): ReactNode {
  const t = useText();
  const { desk } = t.wecom;
  const { seat } = useSeat();
  const { chat, group, customer } = served;
  const face = useFaceOf()({ kind: 'person', person: customer });
  const nameOf = useNameOf();
  const state = group === 'others' ? desk.state.others(nameOf(chat.service?.servicer ?? '')) : desk.state[group];
  return (
    <header className="im-head wc-desk-head">
      {seat.frame === 'phone' && (
        <button type="button" className="im-icon-button im-back" aria-label={t.common.back} onClick={onBack}>
          <LeftOutlined />
        </button>
      )}
      {seat.frame === 'desktop' && <Avatar avatar={face.avatar} size={32} />}
      <span className="im-head-text">
        <span className="im-chat-name">
          <strong>{face.name}</strong>
          <i className="wc-outside">{desk.customer}</i>
        </span>
        <small role="status">{state}</small>
      </span>
      <span className="im-grow" />
      <Acts served={served} />
    </header>
  );
}

type Act = 'pick' | 'transfer' | 'end' | 'reopen';

/** Take over, hand on, end, begin again: what the state of the session allows. */
function Acts({ served }: { readonly served: Served }): ReactNode {
  const t = useText();
  const { desk } = t.wecom;
  const { run } = useSeat();
  const [busy, setBusy] = useState(false);
  const { customer, account, group } = served;
  async function serve(act: Act, to?: string): Promise<void> {
    setBusy(true);
    await run({ type: 'serve', act, customer, account, ...(to === undefined ? {} : { to }) });
    setBusy(false);
  }
  if (group === 'waiting') {
    return (
      <Button size="small" type="primary" loading={busy} onClick={() => void serve('pick')}>
        {desk.take}
      </Button>
    );
  }
  if (group === 'ended') {
    return (
      <Button size="small" loading={busy} onClick={() => void serve('reopen')}>
        {desk.reopen}
      </Button>
    );
  }
  if (group !== 'mine') return null;
  return (
    <span className="wc-acts">
      <HandOn account={account} onChoose={(to) => void serve('transfer', to)} />
      <button type="button" className="wc-act" data-danger disabled={busy} onClick={() => void serve('end')}>
        {desk.end}
      </button>
    </span>
  );
}

function HandOn({
  account,
  onChoose,
}: {
  readonly account: string;
  readonly onChoose: (to: string) => void;
}): ReactNode {
  const t = useText();
  const { desk } = t.wecom;
  const { seat } = useSeat();
  const nameOf = useNameOf();
  const servicers = useSim((sim) => sim.apps.find(({ id }) => id === account)?.servicers) ?? [];
  const others = servicers.filter(({ person, onDuty }) => onDuty && person !== seat.person.id);
  return (
    <MenuButton
      label={others.length === 0 ? desk.nobodyElse : desk.handOn}
      title={desk.handOnTo}
      className="wc-act"
      disabled={others.length === 0}
      entries={others.map(({ person }) => ({
        key: person,
        label: nameOf(person),
        onSelect: () => onChoose(person),
      }))}
    >
      {desk.handOn}
    </MenuButton>
  );
}
