import { type ReactNode, useId } from 'react';
import { useText } from '../../../text/index.ts';
import type { CardChart } from './view.ts';

const WIDTH = 480;
const HEIGHT = 220;
const PLOT = { left: 44, right: 472, top: 12, bottom: 190 };
const COLORS = ['#3370ff', '#14a37f', '#e8871e', '#8f5bd6', '#d83931', '#0e8fc2'] as const;
/** As many words as fit below the plot. */
const MAX_LABELS = 8;

/** A chart as a picture, with its numbers for whoever cannot see it. */
export function ChartView({ chart }: { readonly chart: CardChart }): ReactNode {
  const t = useText();
  const id = useId();
  return (
    <figure className="fc-chart">
      {chart.title !== '' && <figcaption id={id}>{chart.title}</figcaption>}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        {...(chart.title === '' ? { 'aria-label': t.card.chart } : { 'aria-labelledby': id })}
      >
        {chart.kind === 'pie' ? <Pie chart={chart} /> : <Plot chart={chart} />}
      </svg>
      <Legend chart={chart} />
      <Numbers chart={chart} />
    </figure>
  );
}

function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? COLORS[0];
}

function Plot({ chart }: { readonly chart: CardChart }): ReactNode {
  const all = chart.series.flatMap(({ points }) => [...points.values()]);
  const top = niceTop(Math.max(1, ...all));
  const step = (PLOT.right - PLOT.left) / chart.labels.length;
  const y = (value: number): number => PLOT.bottom - (Math.max(0, value) / top) * (PLOT.bottom - PLOT.top);
  const middle = (index: number): number => PLOT.left + step * (index + 0.5);
  const every = Math.ceil(chart.labels.length / MAX_LABELS);
  return (
    <>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line className="fc-chart-line" x1={PLOT.left} x2={PLOT.right} y1={y(top * share)} y2={y(top * share)} />
          <text x={PLOT.left - 6} y={y(top * share) + 4} textAnchor="end">
            {top * share}
          </text>
        </g>
      ))}
      {chart.labels.map(
        (label, index) =>
          index % every === 0 && (
            <text key={label} x={middle(index)} y={PLOT.bottom + 18} textAnchor="middle">
              {label}
            </text>
          ),
      )}
      {chart.kind === 'bar' ? <Bars chart={chart} step={step} y={y} /> : <Lines chart={chart} middle={middle} y={y} />}
    </>
  );
}

/** A round number above the highest. */
function niceTop(highest: number): number {
  const unit = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 5, 10].map((times) => times * unit).find((top) => top >= highest) ?? highest;
}

interface BarsProps {
  readonly chart: CardChart;
  readonly step: number;
  readonly y: (value: number) => number;
}

function Bars({ chart, step, y }: BarsProps): ReactNode {
  const width = Math.min(28, (step * 0.7) / chart.series.length);
  return chart.series.map(({ name, points }, at) =>
    chart.labels.map((label, index) => {
      const top = y(points.get(label) ?? 0);
      const from = PLOT.left + step * (index + 0.5) + width * (at - chart.series.length / 2);
      return (
        <rect
          key={`${name} ${label}`}
          x={from}
          y={top}
          width={width - 2}
          height={PLOT.bottom - top}
          rx="2"
          fill={colorOf(at)}
        />
      );
    }),
  );
}

interface LinesProps {
  readonly chart: CardChart;
  readonly middle: (index: number) => number;
  readonly y: (value: number) => number;
}

function Lines({ chart, middle, y }: LinesProps): ReactNode {
  return chart.series.map(({ name, points }, at) => {
    const places = chart.labels.flatMap((label, index) => {
      const value = points.get(label);
      return value === undefined ? [] : [{ x: middle(index), y: y(value) }];
    });
    const line = places.map((place) => `${place.x},${place.y}`).join(' ');
    const ground = [places[0], places.at(-1)].map((place) => `${place?.x ?? 0},${PLOT.bottom}`);
    return (
      <g key={name}>
        {chart.kind === 'area' && (
          <polygon points={[ground[0], line, ground[1]].join(' ')} fill={colorOf(at)} opacity="0.18" />
        )}
        <polyline points={line} fill="none" stroke={colorOf(at)} strokeWidth="2.500" />
      </g>
    );
  });
}

const PIE = { x: WIDTH / 2, y: HEIGHT / 2, radius: 92 };

function Pie({ chart }: { readonly chart: CardChart }): ReactNode {
  const parts = partsOf(chart);
  const whole = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  let done = 0;
  return parts.map(({ label, value }, index) => {
    const from = done / whole;
    done += value;
    return <path key={label} d={slice(from, done / whole)} fill={colorOf(index)} className="fc-chart-slice" />;
  });
}

function partsOf({ labels, series }: CardChart): { readonly label: string; readonly value: number }[] {
  return labels.map((label) => ({ label, value: Math.max(0, series[0]?.points.get(label) ?? 0) }));
}

function slice(from: number, to: number): string {
  const { x, y, radius } = PIE;
  const at = (share: number): string => {
    const angle = 2 * Math.PI * Math.min(share, 0.99999);
    return `${(x + radius * Math.sin(angle)).toFixed(2)} ${(y - radius * Math.cos(angle)).toFixed(2)}`;
  };
  return `M${x} ${y}L${at(from)}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
}

function Legend({ chart }: { readonly chart: CardChart }): ReactNode {
  const names = chart.kind === 'pie' ? chart.labels : chart.series.map(({ name }) => name);
  if (names.length < 2) return null;
  return (
    <ul className="fc-chart-legend" aria-hidden="true">
      {names.map((name, index) => (
        <li key={name}>
          <i style={{ background: colorOf(index) }} /> {name}
        </li>
      ))}
    </ul>
  );
}

function Numbers({ chart }: { readonly chart: CardChart }): ReactNode {
  return (
    <table className="sr">
      <tbody>
        {chart.labels.map((label) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {chart.series.map(({ name, points }) => (
              <td key={name}>
                {name} {points.get(label)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
