/** A length of time for people: `45s`, `3m 12s`, `2h 05m`. @param seconds not negative */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds - 1e-6);
  if (whole < 60) return `${whole}s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m ${two(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}
