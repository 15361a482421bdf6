import { type ReactNode, useState } from 'react';
import type { DingtalkApprovalCard } from '../../../../../src/simulator/contract.ts';
import { useText } from '../../../text/index.ts';
import type { Press } from '../../chat/manner.tsx';
import { ApprovalSteps } from './approval-steps.tsx';

interface ApprovalCardProps {
  readonly view: DingtalkApprovalCard;
  readonly nameOf: (id: string) => string;
  readonly press: Press;
}

/** An approval: what is asked, how far it got, and what the reader can do about it. */
export function ApprovalCard({ view, nameOf, press }: ApprovalCardProps): ReactNode {
  const t = useText();
  const words = t.dingtalk.approval;
  const own = view.role === 'originator';
  const by = nameOf(view.originator);
  return (
    <section className="dc dc-approval" aria-label={words.title(by, view.title)} data-state={view.state}>
      <header className="dc-head">
        <strong>{own ? words.own(view.title) : words.title(by, view.title)}</strong>
        <span className="dc-tag" data-state={view.state}>
          {own ? words.ownStates[view.state] : words.states[view.state]}
        </span>
      </header>
      <dl className="dc-form">
        <div>
          <dt>{words.number}</dt>
          <dd>{view.number}</dd>
        </div>
        {view.form.map(({ name, value }, index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ApprovalSteps steps={view.steps} nameOf={nameOf} />
      {view.buttons.length > 0 && <Decide view={view} press={press} />}
    </section>
  );
}

type Deed = 'agree' | 'refuse' | 'withdraw' | 'remark';

/** What the vendor's buttons are called here; the simulator has them in its own language. */
function isDeed(id: string | undefined): id is Deed {
  return id === 'agree' || id === 'refuse' || id === 'withdraw';
}

function Decide({ view, press }: Pick<ApprovalCardProps, 'view' | 'press'>): ReactNode {
  const words = useText().dingtalk.approval;
  const [remark, setRemark] = useState('');
  const [busy, setBusy] = useState<Deed>();
  const isEmpty = remark.trim() === '';
  const deeds = view.buttons.map(({ id }) => id).filter(isDeed);

  async function run(deed: Deed): Promise<void> {
    if (busy !== undefined) return;
    setBusy(deed);
    await press({ tag: 'button', value: deed, inputValue: remark.trim() }, words.deeds[deed]);
    setBusy(undefined);
    setRemark('');
  }
  return (
    <div className="dc-decide">
      <textarea
        rows={2}
        value={remark}
        placeholder={words.remark}
        aria-label={words.remark}
        onChange={(event) => setRemark(event.target.value)}
      />
      <div className="dc-buttons">
        <button
          type="button"
          className="db"
          aria-disabled={isEmpty || busy !== undefined}
          onClick={() => !isEmpty && void run('remark')}
        >
          {words.deeds.remark}
        </button>
        {deeds.toReversed().map((deed) => (
          <button
            key={deed}
            type="button"
            className="db"
            data-deed={deed}
            aria-busy={busy === deed}
            aria-disabled={busy !== undefined}
            onClick={() => void run(deed)}
          >
            {words.deeds[deed]}
          </button>
        ))}
      </div>
    </div>
  );
}
