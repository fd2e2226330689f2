export type MarkShape = 'circle' | 'square' | 'diamond';

/** The series differ in shape too, for those who do not tell the colours apart. */
export function symbolShape(symbol: MarkShape, x: number, y: number): { pathData: string } {
  const r = 5;
  if (symbol === 'circle')
    return { pathData: `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z` };
  if (symbol === 'square') return { pathData: `M${x - 4} ${y - 4}h8v8h-8Z` };
  return { pathData: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z` };
}
