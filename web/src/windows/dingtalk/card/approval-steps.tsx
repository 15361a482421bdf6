import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  EllipsisOutlined,
  MessageFilled,
  RollbackOutlined,
  SendOutlined,
  SwapOutlined,
} from '@ant-design/icons';
import type { ComponentType, ReactNode } from 'react';
import type { DingtalkApprovalStep } from '../../../../../src/simulator/contract.ts';
import { usePreferences } from '../../../api/preferences.ts';
import { formatDateTime } from '../../../text/format.ts';
import { useText } from '../../../text/index.ts';

const ICONS: Readonly<Record<DingtalkApprovalStep['kind'], ComponentType>> = {
  started: SendOutlined,
  agree: CheckCircleFilled,
  refuse: CloseCircleFilled,
  redirected: SwapOutlined,
  remark: MessageFilled,
  withdrawn: RollbackOutlined,
  waiting: ClockCircleFilled,
  later: EllipsisOutlined,
};

interface StepsProps {
  readonly steps: readonly DingtalkApprovalStep[];
  readonly nameOf: (id: string) => string;
}

/** What happened, what is awaited, what will come. */
export function ApprovalSteps({ steps, nameOf }: StepsProps): ReactNode {
  const words = useText().dingtalk.approval;
  const { lang } = usePreferences();
  return (
    <ol className="dc-steps" aria-label={words.flow}>
      {steps.map((step, index) => {
        const Icon = ICONS[step.kind];
        const several = step.people.length > 1 ? ` · ${words.needs[step.needs]}` : '';
        return (
          <li key={index} data-kind={step.kind}>
            <Icon />
            <span>
              <b>{step.people.map(nameOf).join('、')}</b> {words.steps[step.kind]}
              {several}
              {step.at !== undefined && <time>{formatDateTime(step.at, lang)}</time>}
              {step.remark !== undefined && <q>{step.remark}</q>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
