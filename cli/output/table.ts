export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Figures stand to the right. */
  readonly align?: 'right';
}

/** Rows under their titles, two blanks apart, each line without blanks at its end. Cells are single lines. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => singleLine(column.value(row))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => width(line[index]!))));
  const lines = cells.map((line) =>
    line
      .map((cell, index) => pad(cell, widths[index]!, columns[index]!.align))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** Names and values below each other. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): string {
  const longest = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(longest)}  ${value}`.trimEnd()).join('\n') + '\n';
}

function pad(cell: string, wanted: number, align: 'right' | undefined): string {
  const blanks = ' '.repeat(Math.max(0, wanted - width(cell)));
  return align === 'right' ? blanks + cell : cell + blanks;
}

/** Code points; good enough for names, figures and sentences in Latin script. */
function width(text: string): number {
  return Array.from(text).length;
}

/** What comes from elsewhere must not move the cursor or start a line of its own. */
export function singleLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
