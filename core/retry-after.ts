/** The milliseconds that an answer's `Retry-After` asks for, as a number of seconds or as a date; `undefined` where there is none. */
export function retryAfter(headers: Headers | undefined): number | undefined {
  const asked = headers?.get('retry-after')?.trim();
  if (!asked) return undefined;
  const seconds = Number(asked);
  const ms = Number.isNaN(seconds) ? Date.parse(asked) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
