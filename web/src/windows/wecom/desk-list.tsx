import { Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import { useSim } from '../../api/store.ts';
import { useText } from '../../text/index.ts';
import { ChatRow } from '../chat/chat-row.tsx';
import { useFaceOf } from '../chat/names.ts';
import { useSeat } from '../seat.tsx';
import { accountsOf, DESK_GROUPS, type Served } from './served.ts';

interface DeskListProps {
  readonly served: readonly Served[];
  readonly current: string | undefined;
  readonly onOpen: (chat: string) => void;
}

/** The customers, by who serves them now. */
export function DeskList({ served, current, onOpen }: DeskListProps): ReactNode {
  const t = useText();
  const { desk } = t.wecom;
  return (
    <nav className="im-list" aria-label={desk.title}>
      <div className="wc-desk-top">
        <strong>{desk.title}</strong>
        <Duty />
      </div>
      <ul>
        {DESK_GROUPS.map((group) => {
          const ones = served.filter((one) => one.group === group);
          if (ones.length === 0) return null;
          return (
            <li key={group}>
              <div className="wc-desk-group" data-group={group} title={desk.groups[group]}>
                <span>{desk.groups[group]}</span> <i>{ones.length}</i>
              </div>
              <ul aria-label={desk.groups[group]}>
                {ones.map((one) => (
                  <li key={one.chat.id}>
                    <Customer served={one} current={one.chat.id === current} onOpen={() => onOpen(one.chat.id)} />
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Whether she takes customers; the vendor gives none to who does not. */
function Duty(): ReactNode {
  const t = useText();
  const { desk } = t.wecom;
  const { seat, run } = useSeat();
  const accounts = accountsOf(
    useSim((sim) => sim.apps),
    seat.person.id,
  );
  const [busy, setBusy] = useState(false);
  const onDuty = accounts.some(({ servicers }) =>
    servicers?.some(({ person, onDuty: on }) => on && person === seat.person.id),
  );
  async function change(next: boolean): Promise<void> {
    setBusy(true);
    for (const { id } of accounts) await run({ type: 'duty', onDuty: next, account: id });
    setBusy(false);
  }
  return (
    <span className="wc-duty" title={onDuty ? desk.onDuty : desk.offDuty}>
      <small>{onDuty ? desk.onDuty : desk.offDuty}</small>
      <Switch
        size="small"
        aria-label={desk.duty}
        checked={onDuty}
        loading={busy}
        onChange={(next) => void change(next)}
      />
    </span>
  );
}

interface CustomerProps {
  readonly served: Served;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function Customer({ served, current, onOpen }: CustomerProps): ReactNode {
  const t = useText();
  const { chat, customer, group } = served;
  const face = useFaceOf()({ kind: 'person', person: customer });
  return (
    <ChatRow
      chat={chat}
      face={face}
      badge={
        group === 'waiting' && (
          <i className="im-badge" aria-hidden="true">
            !
          </i>
        )
      }
      tags={<i className="wc-outside">@{t.windows.brands.wechat}</i>}
      current={current}
      onOpen={onOpen}
    />
  );
}
