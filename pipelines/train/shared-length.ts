/** How many characters two texts begin with alike. */
export function sharedLength(a: string, b: string): number {
  if (b.startsWith(a)) return a.length;
  let end = 0;
  while (end < a.length && a[end] === b[end]) end += 1;
  return end;
}
