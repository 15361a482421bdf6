import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, InfoCircleFilled } from '@ant-design/icons';
import type { ComponentType, ReactNode } from 'react';
import type { SimToast } from '../../../../src/simulator/contract.ts';
import { useSeat } from '../seat.tsx';

const ICONS: Readonly<Record<SimToast['kind'], ComponentType>> = {
  info: InfoCircleFilled,
  success: CheckCircleFilled,
  warning: ExclamationCircleFilled,
  error: CloseCircleFilled,
};

/** What the client tells its person for a moment. */
export function Toasts(): ReactNode {
  const { toasts } = useSeat();
  return (
    <div className="im-toasts" role="status" aria-live="polite">
      {toasts.map(({ id, kind, text }) => {
        const Icon = ICONS[kind];
        return (
          <div key={id} className="im-toast" data-kind={kind}>
            <Icon />
            <span>{text}</span>
          </div>
        );
      })}
    </div>
  );
}
