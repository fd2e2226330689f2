/** A number with its thousands apart: `12,345`. */
export function numberText(count: number): string {
  return count.toLocaleString('en-US');
}

/** How many of what: `1 trace`, `2 traces`. */
export function countText(count: number, noun: string): string {
  return `${numberText(count)} ${count === 1 ? noun : `${noun}s`}`;
}

/** A share in percent: `12.3%`. */
export function shareText(part: number, whole: number): string {
  return `${whole === 0 ? '0.0' : ((100 * part) / whole).toFixed(1)}%`;
}

/** A name for people: those of hostile servers may be endless. */
export function nameText(name: string, longest = 64): string {
  return name.length > longest ? `${name.slice(0, longest - 1).toWellFormed()}…` : name;
}
