const SIZE = 3;

/** The set of character 3-grams of a query, with case, punctuation and white space levelled. */
export function shingles(query: string): Set<string> {
  const words = query
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const characters = [...` ${words} `];
  const found = new Set<string>();
  for (let start = 0; start + SIZE <= characters.length; start++)
    found.add(characters.slice(start, start + SIZE).join(''));
  return found;
}
