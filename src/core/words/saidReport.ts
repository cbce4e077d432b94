import { plainLine, visible } from './plainText';
import { english, inLanguage, type Said, type Translate } from './said';
import { textTable } from './textTable';

/** A text for reading, in parts that stand apart. Whoever shows it says in which language. Plain data. */
export type SaidReport = readonly ReportPart[];
/** Lines under each other, or a table. A cell that is a text is the same everywhere. */
export type ReportPart = { readonly lines: readonly Said[] } | { readonly head: readonly Said[]; readonly rows: readonly (readonly ReportCell[])[] }; // prettier-ignore
export type ReportCell = Said | string;

/** A report as it is read. No value of it begins a line of its own. */
export function reportInLanguage(report: SaidReport, translate: Translate = english): string {
  const lineOf = (said: ReportCell): string =>
    plainLine(typeof said === 'string' ? said : inLanguage([said], translate));
  const parts = report.map((part) =>
    'lines' in part
      ? part.lines.map(lineOf).join('\n')
      : textTable(
          part.head.map(lineOf),
          part.rows.map((row) => row.map(lineOf)),
        ),
  );
  return visible(`${parts.join('\n\n')}\n`);
}

/** Lines under a heading; nothing where there are none and nothing is said of that. */
export function section(title: Said, lines: readonly Said[], none: Said | null = null): ReportPart[] {
  const shown = lines.length === 0 && none !== null ? [indented(none)] : lines;
  return shown.length === 0 ? [] : [{ lines: [title] }, { lines: shown }];
}

export function indented(said: Said): Said {
  return { text: '  {0}', values: [said] };
}
