import type { ReactNode } from 'react';
import { PagedTable } from '../paged-table.tsx';
import type { Block, Inline } from './nodes.ts';

/** The vendor's client shows so many rows and pages the rest. */
const ROWS_PER_PAGE = 5;

interface TableProps {
  readonly block: Extract<Block, { kind: 'table' }>;
  readonly cell: (nodes: readonly Inline[]) => ReactNode;
}

export function TableView({ block, cell }: TableProps): ReactNode {
  const columns = block.head.map((nodes, key) => ({ key, title: cell(nodes), align: block.align[key] }));
  return (
    <PagedTable
      columns={columns}
      rows={block.rows}
      pageSize={ROWS_PER_PAGE}
      cell={(row, column) => cell(row[column] ?? [])}
    />
  );
}
