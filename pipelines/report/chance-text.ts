/** A p-value in words. */
export function chanceText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
