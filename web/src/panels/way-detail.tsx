import { Drawer, Table } from 'antd';
import type { ReactNode } from 'react';
import type { TraceEvent } from '../../../src/simulator/contract.ts';
import { formatExact, formatMs } from '../text/format.ts';
import { useText } from '../text/index.ts';

interface WayDetailProps {
  readonly events: readonly TraceEvent[];
  readonly onClose: () => void;
}

/** Every step of one message, with its time and what the gateway says about it. */
export default function WayDetail({ events, onClose }: WayDetailProps): ReactNode {
  const t = useText();
  const rows = events.map((event, index) => ({
    ...event,
    index,
    since: index === 0 ? undefined : event.at - (events[index - 1]?.at ?? event.at),
  }));
  return (
    <Drawer open title={t.way.details} size={640} onClose={onClose} className="drawer">
      <p className="mono">{events[0]?.key}</p>
      <Table
        size="small"
        pagination={false}
        rowKey="index"
        dataSource={rows}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t.way.step, dataIndex: 'step', render: (step: string) => t.way.steps[step] ?? step },
          { title: t.way.at, dataIndex: 'at', render: (at: number) => <span className="mono">{formatExact(at)}</span> },
          { title: t.way.took, key: 'ms', align: 'right', render: (_, row) => formatTook(row.ms ?? row.since) },
          { title: t.way.detail, key: 'detail', render: (_, row) => <span className="mono">{detailOf(row)}</span> },
        ]}
      />
    </Drawer>
  );
}

function formatTook(ms: number | undefined): string {
  return ms === undefined ? '' : formatMs(ms);
}

function detailOf({ detail, turn }: TraceEvent): string {
  const parts = Object.entries(detail ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [...parts, ...(turn === undefined ? [] : [`turn=${turn}`])].join('  ');
}
