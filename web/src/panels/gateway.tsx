import { App, Button, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { killGateway } from '../api/client.ts';
import { useSim } from '../api/store.ts';
import { useErrorWords } from '../parts/states.tsx';
import { formatMs } from '../text/format.ts';
import { useText } from '../text/index.ts';

/** Whether the gateway lives, and the button that ends that. */
export function GatewayStatus(): ReactNode {
  const t = useText();
  const { message } = App.useApp();
  const words = useErrorWords();
  const gateway = useSim((sim) => sim.gateway);
  const [busy, setBusy] = useState(false);

  async function kill(): Promise<void> {
    setBusy(true);
    await killGateway().catch((error: unknown) => void message.error(words(error)));
    setBusy(false);
  }
  const facts = [
    gateway.pid === undefined ? undefined : t.gateway.pid(gateway.pid),
    gateway.kills > 0 ? t.gateway.kills(gateway.kills) : undefined,
    gateway.recoveredMs === undefined ? undefined : t.gateway.recovered(formatMs(gateway.recoveredMs)),
  ].filter((fact) => fact !== undefined);
  return (
    <div className="gateway" role="group" aria-label={t.gateway.title} data-tour="kill">
      <span className="gateway-state" data-state={gateway.state} role="status">
        {t.gateway.title} · {t.gateway[gateway.state]}
      </span>
      {facts.length > 0 && <small>{facts.join(' · ')}</small>}
      <Tooltip title={gateway.canKill ? t.gateway.killHelp : t.gateway.cannotKill}>
        <Button
          size="small"
          danger
          type="primary"
          disabled={!gateway.canKill}
          // It may be pressed again as soon as the gateway is back, so it keeps the focus meanwhile.
          aria-disabled={gateway.state !== 'up'}
          loading={busy}
          onClick={() => gateway.state === 'up' && void kill()}
        >
          {t.gateway.kill}
        </Button>
      </Tooltip>
    </div>
  );
}
