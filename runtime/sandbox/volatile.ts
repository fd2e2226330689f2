const ISO = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g;
const TEXTUAL =
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4}(?: \([^)\n]*\))?/g;
const EPOCH_MS = /\b[12]\d{12}\b/g;

const FIXED = '2026-01-01T00:00:00.000000000';
const FIXED_TEXT = 'Thu Jan 01 2026 00:00:00 GMT+0000 (Coordinated Universal Time)';

/** Replaces times of the run itself (from `since` on) by one fixed time in the same form; times in the data are left as they are. */
export function fixVolatileTimes(text: string, since: number): string {
  const isNow = (written: string) => new Date(written).getTime() >= since;
  return text
    .replaceAll(ISO, (found) => (isNow(found) ? fixedIso(found) : found))
    .replaceAll(TEXTUAL, (found) => (isNow(found.replace(/ \(.*$/, '')) ? FIXED_TEXT : found))
    .replaceAll(EPOCH_MS, (found) => (Number(found) >= since ? String(Date.parse('2026-01-01T00:00:00Z')) : found));
}

function fixedIso(found: string): string {
  const [clock = '', zone = ''] = [
    /^[\d\-T: .]+\d/.exec(found)?.[0].replace(/[+-]\d\d:?\d\d$/, ''),
    /(?:Z|[+-]\d\d:?\d\d)$/.exec(found)?.[0],
  ];
  const length = Math.min(clock.length, FIXED.length);
  return `${FIXED.slice(0, length).replace('T', found[10] ?? 'T')}${zone}`;
}
