const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Whether a text in lower case tells an ISO date, a time or both: "5 March 2026", "3/5/2026", "at 3:30 pm". */
export function tellsTime(value: string, text: string): boolean {
  const [, year, month, day, clock] =
    /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[T ]?(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.exec(value) ?? [];
  if (year === undefined && clock === undefined) return false;
  const isDateTold = year === undefined || tellsDate([year, Number(month), Number(day)], text);
  // Midnight is what stands where nobody told a time of day.
  return isDateTold && (clock === undefined || (year !== undefined && clock === '00:00') || tellsClock(clock, text));
}

function tellsDate([year, month, day]: readonly [string, number, number], text: string): boolean {
  const name = `${MONTHS[month - 1]}[a-z]*\\.?`;
  const nth = `0?${day}(?:st|nd|rd|th)?`;
  const forms = [
    `${year}-0?${month}-0?${day}`,
    `${nth}(?: of)? ${name},? ${year}`,
    `${name} ${nth},? ${year}`,
    `(?:0?${month}[/.]0?${day}|0?${day}[/.]0?${month})[/.](?:${year}|${year.slice(2)})`,
  ];
  return new RegExp(`(?<!\\d)(?:${forms.join('|')})(?!\\d)`).test(text);
}

function tellsClock(clock: string, text: string): boolean {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  const two = String(minutes).padStart(2, '0');
  const after = minutes === 0 ? `(?::00)?` : `[:.]${two}`;
  const half = `(?:${hours % 12 || 12}${after} ?${hours < 12 ? 'a' : 'p'}\\.?m)`;
  const named = clock === '12:00' ? '|noon' : clock === '00:00' ? '|midnight' : '';
  return new RegExp(`(?<!\\d)(?:0?${hours}[:.]${two}|${half}${named})(?!\\d)`).test(text);
}
