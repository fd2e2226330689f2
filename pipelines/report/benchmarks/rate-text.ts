/** A rate in percent; a dash where there was nothing to look at. */
export function rateText(rate: number | null): string {
  return rate === null ? '–' : `${(100 * rate).toFixed(1)}%`;
}
