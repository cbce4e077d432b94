import { useId } from 'preact/hooks';
import { localMoment } from '../../src/core/words/localMoment';
import { t } from './strings';

/** One row of a chart: a bar for `value`, a line up to `most`, in one unit; `cells` are the row of its table. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  /** What the bar says, beside it. */
  readonly shown: string;
  readonly tone?: 'waiting' | undefined;
  readonly cells: readonly string[];
}

interface FigureProps {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly says: string;
  /** Said where there is nothing to show. */
  readonly empty: string;
}

interface TableProps {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function Figure({
  title,
  says,
  empty,
  table,
  children,
}: FigureProps & { table: TableProps; children: preact.ComponentChildren }) {
  const id = useId();
  return (
    <figure aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <p>{table.rows.length === 0 ? empty : says}</p>
      </figcaption>
      {table.rows.length > 0 && children}
      {table.rows.length > 0 && (
        <details>
          <summary>{t('As a table')}</summary>
          <table aria-label={title}>
            <thead>
              <tr>
                {table.head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(([name = '', ...cells], row) => (
                <tr key={row}>
                  <th scope="row" dir="auto">
                    {name}
                  </th>
                  {cells.map((cell, index) => (
                    <td key={index} dir="auto">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  );
}

/** Bars beside each other, longest to the right edge. The picture has its rows in words; the table says it all. */
export function BarChart({ head, bars, ...figure }: FigureProps & { head: readonly string[]; bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => Math.max(bar.most, bar.value)));
  const share = (value: number): string => `${((100 * value) / most).toFixed(2)}%`;
  return (
    <Figure {...figure} table={{ head, rows: bars.map(({ label, cells }) => [label, ...cells]) }}>
      <ul class="bars">
        {bars.map(({ label, value, most: line, shown, tone }) => (
          <li key={label}>
            <span class="label" dir="auto" title={label}>
              {label}
            </span>
            <svg width="100%" height="14" aria-hidden="true">
              <line class="whisker" x1="0" x2={share(line)} y1="7" y2="7" />
              <rect class={tone ?? 'plain'} x="0" y="2" height="10" rx="2" width={share(value)} />
            </svg>
            <span class="shown">{shown}</span>
          </li>
        ))}
      </ul>
    </Figure>
  );
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** The column of one day alone would be as wide as the chart. */
const FEWEST_DAYS = 7;
/** More days than this are not told apart by the eye. */
const MOST_DAYS = 60;

interface DayCount {
  readonly day: string;
  readonly count: number;
}

function dayAt(ms: number): DayCount {
  return { day: localMoment(ms).slice(0, 10), count: 0 };
}

/** A column for each day of what was chosen, else of what there is, also for those on which nothing was. */
export function DayChart({
  days,
  chosen,
  ...figure
}: FigureProps & { days: readonly DayCount[]; chosen: { readonly from: number; readonly to: number } | null }) {
  const shown = everyDay(chosen === null ? days : [dayAt(chosen.from), ...days, dayAt(chosen.to)]);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  const width = 100 / Math.max(1, shown.length);
  const first = shown[0]?.day ?? '';
  const last = shown.at(-1)?.day ?? '';
  const words = t('From {0} to {1}, at most {2} a day', first, last, most);
  return (
    <Figure
      {...figure}
      table={{ head: [t('Day'), t('Stories')], rows: days.map(({ day, count }) => [day, String(count)]) }}
    >
      <svg class="days" width="100%" height="96" role="img" aria-label={words}>
        {shown.map(({ day, count }, index) => (
          <rect
            key={day}
            class="plain"
            x={`${(index * width + width * 0.1).toFixed(2)}%`}
            width={`${(width * 0.8).toFixed(2)}%`}
            y={96 - (92 * count) / most}
            height={(92 * count) / most}
          >
            <title>{`${day}: ${count}`}</title>
          </rect>
        ))}
      </svg>
      <p class="axis">
        <span>{first}</span>
        <span>{t('at most {0} a day', most)}</span>
        <span>{last}</span>
      </p>
    </Figure>
  );
}

/** The latest days, without a gap. */
function everyDay(days: readonly DayCount[]): DayCount[] {
  const counts = new Map(days.filter(({ count }) => count > 0).map(({ day, count }) => [day, count]));
  const last = Date.parse(days.at(-1)?.day ?? '');
  const begin = Math.min(Date.parse(days[0]?.day ?? ''), last - (FEWEST_DAYS - 1) * DAY_MS);
  const first = Math.max(begin, last - (MOST_DAYS - 1) * DAY_MS);
  const all: DayCount[] = [];
  for (let at = first; at <= last; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push({ day, count: counts.get(day) ?? 0 });
  }
  return all;
}
