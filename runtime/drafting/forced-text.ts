import type { GrammarCursor } from './grammar-cursor.ts';

/** A character that is a token of its own. */
export interface CharacterToken {
  character: string;
  token: number;
}

/** More is left for the next time. */
const MOST_CHARACTERS = 256;

/** What has to follow: the text in which each character is the only one that the grammar allows. The cursor stays. */
export function forcedText(cursor: GrammarCursor, characters: readonly CharacterToken[]): string {
  const ahead = cursor.clone();
  let text = '';
  while (text.length < MOST_CHARACTERS) {
    const only = onlyAllowed(ahead, characters);
    if (only === undefined) break;
    text += only.character;
    ahead.accept(only.token);
  }
  return text;
}

function onlyAllowed(cursor: GrammarCursor, characters: readonly CharacterToken[]): CharacterToken | undefined {
  let only: CharacterToken | undefined;
  for (const one of characters) {
    if (!cursor.allows(one.token)) continue;
    if (only !== undefined) return undefined;
    only = one;
  }
  return only;
}
