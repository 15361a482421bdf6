import type { ReactNode } from 'react';
import { usePreferences } from '../../api/preferences.ts';
import { useSim } from '../../api/store.ts';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';

/** From this share on the organisation had better look; the vendor tells nobody. */
const SCARCE = 0.7;
const NEARLY_GONE = 0.9;

/** What the organisation has used of its month: the number that decides how answers look. */
export function MonthQuota(): ReactNode {
  const t = useText();
  const { platform } = useSeat().seat;
  const quota = useSim((sim) => sim.quotas.find((one) => one.platform === platform));
  if (quota === undefined) return null;
  return (
    <section className="dt-quota" aria-label={t.dingtalk.quota}>
      <Meter name={t.dingtalk.calls} used={quota.calls} limit={quota.callLimit} />
      <Meter name={t.dingtalk.pushes} used={quota.pushes} limit={quota.pushLimit} />
    </section>
  );
}

interface MeterProps {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

function Meter({ name, used, limit }: MeterProps): ReactNode {
  const { lang } = usePreferences();
  const share = limit === 0 ? 0 : Math.min(1, used / limit);
  const state = share >= NEARLY_GONE ? 'gone' : share >= SCARCE ? 'scarce' : 'fine';
  const numbers = new Intl.NumberFormat(lang);
  return (
    <div className="dt-meter" data-state={state} title={`${name} ${numbers.format(used)} / ${numbers.format(limit)}`}>
      <span>{name}</span>
      <b>
        {numbers.format(used)}
        <i> / {numbers.format(limit)}</i>
      </b>
      <meter min={0} max={limit} value={used} aria-label={name} />
    </div>
  );
}
