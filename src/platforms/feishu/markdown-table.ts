export interface TableCell {
  readonly text: string;
  /** `left`, `center`, `right` or nothing. */
  readonly align: string;
}

/** The first row is the header. */
export type TableRow = readonly TableCell[];

export function renderTable(rows: readonly TableRow[]): string {
  const [header = [], ...body] = rows;
  const rule = header.map(({ align }) => RULES[align] ?? '---');
  return [
    line(header.map(({ text }) => text)),
    line(rule),
    ...body.map((row) => line(row.map(({ text }) => text))),
  ].join('\n');
}

const RULES: Readonly<Record<string, string>> = { left: ':---', center: ':---:', right: '---:' };

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The table as text with columns of one width, for where no more tables are allowed. */
export function tableAsCode(rows: readonly TableRow[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, column) => {
      widths[column] = Math.min(MAX_COLUMN, Math.max(widths[column] ?? 0, width(text)));
    });
  }
  const lines = rows.map((row) =>
    row
      .map(({ text }, column) => pad(text, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((size) => '-'.repeat(size)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
}

const MAX_COLUMN = 40;

function pad(text: string, size: number): string {
  return text + ' '.repeat(Math.max(0, size - width(text)));
}

/** Han characters and the like take two places. */
function width(text: string): number {
  let places = 0;
  for (const character of text) places += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return places;
}
