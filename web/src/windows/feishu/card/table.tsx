import { type CSSProperties, type ReactNode, useState } from 'react';
import { usePreferences } from '../../../api/preferences.ts';
import { contentOf, listOf, objectOf, textOf } from '../../../parts/json.ts';
import { Pager } from '../../../parts/markdown/table.tsx';
import { Markdown } from '../../../parts/markdown/view.tsx';
import { formatDateTime } from '../../../text/format.ts';
import type { CardTable } from './view.ts';

export function CardTableView({ table }: { readonly table: CardTable }): ReactNode {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(table.rows.length / table.pageSize));
  const shown = Math.min(page, pages - 1);
  const first = shown * table.pageSize;
  const rows = table.rows.slice(first, first + table.pageSize).map((row, index) => ({ key: first + index, row }));
  return (
    <div className="md-table">
      <div className="md-table-scroll">
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column.name} scope="col" style={{ textAlign: column.align } as CSSProperties}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, row }) => (
              <tr key={key}>
                {table.columns.map((column) => (
                  <td key={column.name} style={{ textAlign: column.align } as CSSProperties}>
                    <Cell type={column.type} value={row[column.name]} />
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

function Cell({ type, value }: { readonly type: string; readonly value: unknown }): ReactNode {
  const { lang } = usePreferences();
  switch (type) {
    case 'markdown':
    case 'lark_md':
      return <Markdown text={textOf(value)} dialect={type === 'markdown' ? 'full' : 'lark'} />;
    case 'options':
      return listOf(value).map((option) => {
        const text = textOf(objectOf(option)['text'], textOf(option));
        return (
          <span key={text} className="md-tag" data-color={textOf(objectOf(option)['color'], 'neutral')}>
            {text}
          </span>
        );
      });
    case 'date':
      return formatDateTime(Number(value), lang);
    default:
      return textOf(value, contentOf(value, lang));
  }
}
