/**
 * Of a text that grows, what lies before the first of some markers, as far as that is certain: an end that may become a marker is left out.
 * @param markers not empty each
 */
export function settledBefore(text: string, markers: readonly string[]): string {
  const found = markers.map((marker) => text.indexOf(marker)).filter((at) => at >= 0);
  if (found.length > 0) return text.slice(0, Math.min(...found));
  return text.slice(0, text.length - Math.max(0, ...markers.map((marker) => begunBy(text, marker))));
}

/** How many last characters of a text are the first ones of a marker. */
function begunBy(text: string, marker: string): number {
  for (let length = Math.min(text.length, marker.length - 1); length > 0; length--) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}
