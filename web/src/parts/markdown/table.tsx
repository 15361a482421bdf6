import { type ReactNode, useState } from 'react';
import { useText } from '../../text/index.ts';
import type { Block, Inline } from './nodes.ts';

/** The vendor's client shows so many rows and pages the rest. */
const ROWS_PER_PAGE = 5;

interface TableProps {
  readonly block: Extract<Block, { kind: 'table' }>;
  readonly cell: (nodes: readonly Inline[]) => ReactNode;
}

export function TableView({ block, cell }: TableProps): ReactNode {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(block.rows.length / ROWS_PER_PAGE));
  const shown = Math.min(page, pages - 1);
  const rows = block.rows.slice(shown * ROWS_PER_PAGE, (shown + 1) * ROWS_PER_PAGE);
  const keyed = rows.map((row, index) => ({ key: shown * ROWS_PER_PAGE + index, row }));
  return (
    <div className="md-table">
      <div className="md-table-scroll">
        <table>
          <thead>
            <tr>
              {block.head.map((nodes, column) => (
                <th key={column} scope="col" style={{ textAlign: block.align[column] }}>
                  {cell(nodes)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keyed.map(({ key, row }) => (
              <tr key={key}>
                {row.map((nodes, column) => (
                  <td key={column} style={{ textAlign: block.align[column] }}>
                    {cell(nodes)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && <Pager page={shown} pages={pages} onPage={setPage} />}
    </div>
  );
}

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}

export function Pager({ page, pages, onPage }: PagerProps): ReactNode {
  const t = useText();
  return (
    <div className="md-pager">
      <button type="button" disabled={page === 0} aria-label={t.card.previous} onClick={() => onPage(page - 1)}>
        ‹
      </button>
      <span>{t.card.page(page + 1, pages)}</span>
      <button type="button" disabled={page === pages - 1} aria-label={t.card.next} onClick={() => onPage(page + 1)}>
        ›
      </button>
    </div>
  );
}
