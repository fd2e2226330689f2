/** Where the JSON array or object that starts at a position ends (exclusive); -1 where it does not end. */
function jsonEnd(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return -1;
}

/** The JSON array or object that starts at a position, and where it ends. `undefined` where there is none. */
export function readJsonAt(text: string, start: number): { value: unknown; end: number } | undefined {
  if (text[start] !== '{' && text[start] !== '[') return undefined;
  const end = jsonEnd(text, start);
  if (end < 0) return undefined;
  try {
    return { value: JSON.parse(text.slice(start, end)), end };
  } catch {
    return undefined;
  }
}
