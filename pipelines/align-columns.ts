/** The first column to the left, the others to the right, with a rule under the head. */
export function alignColumns(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('──'));
  return lines.join('\n');
}
