/** A longer line under a column's name would be broken in a narrow editor, where a long value is broken once. */
const RULED = 40;

/** Rows in columns of equal width, for a font of one width. Numbers, written as such, stand right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  const isNumeric = head.map((_, column) =>
    rows.every((row) => /^(?:-|[\d.]+(?: ?\D{1,3})?)$/.test(row[column] ?? '')),
  );
  const lineOf = (row: readonly string[]): string =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, isNumeric[column] === true ? 'right' : 'left'))
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(Math.min(width, RULED)));
  return [head, rule, ...rows].map(lineOf).join('\n');
}

function pad(text: string, width: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'right' ? blanks + text : text + blanks;
}

function widthOf(text: string): number {
  return Array.from(text).length;
}
