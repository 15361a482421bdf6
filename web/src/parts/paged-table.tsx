import { type CSSProperties, type ReactNode, useState } from 'react';
import { useText } from '../text/index.ts';

interface Column {
  readonly key: string | number;
  readonly title: ReactNode;
  readonly align: string | undefined;
}

interface PagedTableProps<Row> {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly pageSize: number;
  readonly cell: (row: Row, column: number) => ReactNode;
}

/** A table as the vendors' clients show it: so many rows, and the rest behind a pager. */
export function PagedTable<Row>({ columns, rows, pageSize, cell }: PagedTableProps<Row>): ReactNode {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const shown = Math.min(page, pages - 1);
  const first = shown * pageSize;
  const keyed = rows.slice(first, first + pageSize).map((row, index) => ({ key: first + index, row }));
  return (
    <div className="md-table">
      <div className="md-table-scroll">
        <table>
          <thead>
            <tr>
              {columns.map(({ key, title, align }) => (
                <th key={key} scope="col" style={{ textAlign: align } as CSSProperties}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keyed.map(({ key: rowKey, row }) => (
              <tr key={rowKey}>
                {columns.map(({ key, align }, column) => (
                  <td key={key} style={{ textAlign: align } as CSSProperties}>
                    {cell(row, column)}
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

function Pager({ page, pages, onPage }: PagerProps): ReactNode {
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
