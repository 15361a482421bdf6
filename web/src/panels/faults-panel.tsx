import { CloseOutlined } from '@ant-design/icons';
import { App, Button, Segmented, Select, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Fault, FaultKind, ForgeVariant, NewFault } from '../../../src/simulator/contract.ts';
import { act } from '../api/act.ts';
import { addFault, removeFault, removeFaults } from '../api/client.ts';
import { useSim } from '../api/store.ts';
import { useErrorWords } from '../parts/states.tsx';
import { formatMs } from '../text/format.ts';
import { useText } from '../text/index.ts';
import { tellDeed } from '../windows/seats.ts';
import { GatewayStatus } from './gateway.tsx';
import { Panel } from './panel.tsx';

const TO_VENDOR: readonly FaultKind[] = ['throttle', 'server-error', 'hang', 'drop', 'expired-token'];
const TO_GATEWAY: readonly FaultKind[] = ['duplicate', 'late', 'reorder'];
const VARIANTS: readonly ForgeVariant[] = ['signature', 'timestamp', 'key', 'nonce', 'unsigned', 'token', 'app'];

const HOW_OFTEN = {
  once: { count: 1 },
  thrice: { count: 3 },
  tenSeconds: { forMs: 10_000 },
} as const satisfies Record<string, Partial<NewFault>>;

/** Everything that can be made to go wrong, each one press away. */
export default function FaultsPanel(): ReactNode {
  const t = useText();
  const { message } = App.useApp();
  const words = useErrorWords();
  const [often, setOften] = useState<keyof typeof HOW_OFTEN>('once');

  function make(kind: FaultKind): void {
    addFault({ kind, ...HOW_OFTEN[often] }).catch((error: unknown) => void message.error(words(error)));
  }
  const button = (kind: FaultKind): ReactNode => {
    const [name, help] = t.faults.kinds[kind] ?? [kind, ''];
    return (
      <Tooltip key={kind} title={help}>
        <Button size="small" onClick={() => make(kind)}>
          {name}
        </Button>
      </Tooltip>
    );
  };
  return (
    <Panel
      title={t.faults.title}
      extra={
        <Segmented
          size="small"
          aria-label={t.faults.howOften}
          value={often}
          onChange={setOften}
          options={(['once', 'thrice', 'tenSeconds'] as const).map((value) => ({ value, label: t.faults[value] }))}
        />
      }
    >
      <div className="faults">
        <GatewayStatus />
        <div role="group" aria-label={t.faults.toVendor}>
          <small>{t.faults.toVendor}</small>
          <span className="faults-row">{TO_VENDOR.map(button)}</span>
        </div>
        <div role="group" aria-label={t.faults.toGateway}>
          <small>{t.faults.toGateway}</small>
          <span className="faults-row">{TO_GATEWAY.map(button)}</span>
        </div>
        <Forge />
        <Active />
      </div>
    </Panel>
  );
}

/** A forged delivery, now; what came of it is said at once. */
function Forge(): ReactNode {
  const t = useText();
  const { message } = App.useApp();
  const words = useErrorWords();
  const app = useSim((sim) => sim.apps[0]);
  const person = useSim((sim) => sim.people[0]);
  const [variant, setVariant] = useState<ForgeVariant>('signature');

  async function forge(): Promise<void> {
    if (app === undefined || person === undefined) return;
    const action = { type: 'forge', platform: app.platform, person: person.id, app: app.id, variant } as const;
    const result = await act(action);
    tellDeed({ seat: 'faults', action, result, label: undefined });
    if (!result.ok) return;
    const status = result.status ?? 0;
    if (status >= 200 && status < 300) void message.error(t.faults.forgedIn(status));
    else void message.success(status === 0 ? t.faults.forgedCut : t.faults.forged(status, formatMs(result.ms ?? 0)));
  }
  return (
    <div role="group" aria-label={t.faults.forgeNow} data-tour="forge">
      <small>{t.faults.kinds['forge']?.[0]}</small>
      <div className="faults-row">
        <Select<ForgeVariant>
          size="small"
          aria-label={t.faults.forgeAs}
          value={variant}
          onChange={setVariant}
          popupMatchSelectWidth={false}
          options={VARIANTS.map((value) => ({ value, label: t.faults.forgeVariants[value] }))}
        />
        <Button size="small" onClick={() => void forge().catch((error: unknown) => void message.error(words(error)))}>
          {t.faults.forgeNow}
        </Button>
      </div>
    </div>
  );
}

function Active(): ReactNode {
  const t = useText();
  const faults = useSim((sim) => sim.faults);
  return (
    <div role="group" aria-label={t.faults.active} className="faults-active">
      <small>{faults.length === 0 ? t.faults.noneActive : t.faults.active}</small>
      {faults.map((fault) => (
        <ActiveFault key={fault.id} fault={fault} />
      ))}
      {faults.length > 1 && (
        <Button size="small" type="link" onClick={() => void removeFaults()}>
          {t.faults.removeAll}
        </Button>
      )}
    </div>
  );
}

function ActiveFault({ fault }: { readonly fault: Fault }): ReactNode {
  const t = useText();
  const name = t.faults.kinds[fault.kind]?.[0] ?? fault.kind;
  return (
    <span className="fault-tag">
      {name}
      <small>{fault.left === undefined ? t.faults.hits(fault.hits) : t.faults.left(fault.left)}</small>
      <button type="button" aria-label={t.faults.remove(name)} onClick={() => void removeFault(fault.id)}>
        <CloseOutlined />
      </button>
    </span>
  );
}
