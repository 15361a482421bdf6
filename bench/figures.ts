/** One line of a scenario's table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, measured in the same run. */
  readonly beside?: { readonly name: string; readonly value: number };
  /** `value` or, where there is something beside it, their ratio, must be at least or at most this. */
  readonly budget?: { readonly atLeast: number } | { readonly atMost: number };
  readonly note?: string;
  /** Of what stands beside the gateway, not of the gateway. */
  readonly reference?: true;
}

export interface Report {
  readonly scenario: string;
  /** The share of the machine that other programs used meanwhile, where it is known; above 0.1 the numbers say little. */
  readonly others?: number;
  readonly figures: readonly Figure[];
}

export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] as number;
}

export function median(values: ArrayLike<number>): number {
  return percentile(values, 0.5);
}

export function ratioOf({ value, beside }: Figure): number | undefined {
  return beside === undefined ? undefined : value / beside.value;
}

/** Undefined where there is no budget. */
export function isKept(figure: Figure): boolean | undefined {
  const { budget } = figure;
  if (budget === undefined) return undefined;
  const measured = ratioOf(figure) ?? figure.value;
  return 'atLeast' in budget ? measured >= budget.atLeast : measured <= budget.atMost;
}

/** A report as a table for eyes. */
export function tableOf({ scenario, figures, others }: Report): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${shown(figure.value)} ${figure.unit}`,
    figure.beside === undefined ? '' : `${figure.beside.name} ${shown(figure.beside.value)}`,
    figure.beside === undefined ? '' : shown(ratioOf(figure) ?? Number.NaN),
    budgetOf(figure),
    verdictOf(figure),
    figure.note ?? '',
  ]);
  const table = [['', 'measured', 'beside', 'ratio', 'budget', '', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const disturbed =
    (others ?? 0) > 0.1 ? `  (DISTURBED: others used ${Math.round((others ?? 0) * 100)} % of the machine)` : '';
  return [`\n${scenario}${disturbed}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function budgetOf({ budget }: Figure): string {
  if (budget === undefined) return '';
  return 'atLeast' in budget ? `≥ ${budget.atLeast}` : `≤ ${budget.atMost}`;
}

function verdictOf(figure: Figure): string {
  const kept = isKept(figure);
  if (kept === undefined) return '';
  return kept ? 'pass' : 'FAIL';
}

function shown(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
