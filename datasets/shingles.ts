const SIZE = 3;

/** A query with case, punctuation and white space levelled, and a space at both ends. */
export function levelled(query: string): string {
  const words = query
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return ` ${words} `;
}

/** The set of character 3-grams of a levelled query. */
export function shingles(query: string): Set<string> {
  const text = levelled(query);
  const found = new Set<string>();
  if (/[\ud800-\udfff]/.test(text)) {
    const characters = [...text];
    for (let start = 0; start + SIZE <= characters.length; start++)
      found.add(characters.slice(start, start + SIZE).join(''));
  } else {
    for (let start = 0; start + SIZE <= text.length; start++) found.add(text.slice(start, start + SIZE));
  }
  return found;
}
