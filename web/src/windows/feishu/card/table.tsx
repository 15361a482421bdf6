import type { ReactNode } from 'react';
import { usePreferences } from '../../../api/preferences.ts';
import { contentOf, listOf, objectOf, textOf } from '../../../parts/json.ts';
import { Markdown } from '../../../parts/markdown/view.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { formatDateTime } from '../../../text/format.ts';
import type { CardTable } from './view.ts';

export function CardTableView({ table }: { readonly table: CardTable }): ReactNode {
  const columns = table.columns.map(({ name, title, align }) => ({ key: name, title, align }));
  return (
    <PagedTable
      columns={columns}
      rows={table.rows}
      pageSize={table.pageSize}
      cell={(row, index) => {
        const column = table.columns[index];
        return column && <Cell type={column.type} value={row[column.name]} />;
      }}
    />
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
