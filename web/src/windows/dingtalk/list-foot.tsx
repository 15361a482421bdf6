import { AuditOutlined } from '@ant-design/icons';
import { type ReactNode, useState } from 'react';
import { useSim } from '../../api/store.ts';
import { later } from '../../parts/later.tsx';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { MonthQuota } from './month-quota.tsx';

const AskApproval = later(() => import('./ask-approval.tsx'));

/** Below the chats: asking for an approval, and what is left of the month. */
export function ListFoot(): ReactNode {
  const { ask } = useText().dingtalk.approval;
  const { platform } = useSeat().seat;
  const canAsk = useSim((sim) => sim.approvalForms.some((form) => form.platform === platform));
  const [asking, setAsking] = useState(false);
  return (
    <div className="dt-foot">
      {canAsk && (
        <button type="button" className="dt-ask" aria-label={ask} title={ask} onClick={() => setAsking(true)}>
          <AuditOutlined aria-hidden="true" /> <span className="dt-ask-word">{ask}</span>
        </button>
      )}
      <MonthQuota />
      {asking && <AskApproval onClose={() => setAsking(false)} />}
    </div>
  );
}
