import type { LlamaModel, Token } from 'node-llama-cpp';
import { copiedText } from './copied-text.ts';
import { type CharacterToken, forcedText } from './forced-text.ts';
import type { GrammarCursor } from './grammar-cursor.ts';

/** Guesses the tokens that come next; a wrong one costs time and changes nothing. */
export interface Drafter {
  /**
   * What the grammar forces, and then what the prompt or the text itself has where they agree with what was written. All of it is allowed.
   * @param written since the prompt; the cursor is behind it, and stays
   */
  draft(written: readonly number[], cursor: GrammarCursor, most: number): number[];
}

/** Evaluated for nothing where they are wrong. */
const MOST_TOKENS = 32;

/** @param copies whether text is copied, beside what the grammar forces */
export function createDrafter(model: LlamaModel, prompt: readonly number[], { copies = true } = {}): Drafter {
  const text = model.detokenize([...prompt] as Token[], true);
  // In JSON a text stands with its quotes and line ends escaped.
  const source = text + JSON.stringify(text).slice(1, -1);
  const characters = characterTokens(model);
  return {
    draft(written, cursor, most) {
      const before = model.detokenize([...written] as Token[], true);
      const forced = forcedText(cursor, characters);
      const copied = copies ? copiedText(source + before, before + forced) : '';
      const draftOf = (text: string) =>
        allowedPart(tokenize(model, text).slice(0, Math.min(most, MOST_TOKENS)), cursor);
      const alone = draftOf(forced);
      if (copied === '') return alone;
      // What is copied may share a token with the end of what is forced, and not be allowed.
      const both = draftOf(forced + copied);
      return both.length > alone.length ? both : alone;
    },
  };
}

function allowedPart(tokens: readonly number[], cursor: GrammarCursor): number[] {
  const ahead = cursor.clone();
  const end = tokens.findIndex((token) => {
    const allowed = ahead.allows(token);
    if (allowed) ahead.accept(token);
    return !allowed;
  });
  return tokens.slice(0, end === -1 ? tokens.length : end);
}

/** Of the characters that JSON is made of. */
function characterTokens(model: LlamaModel): CharacterToken[] {
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  return ['\n', ...printable].flatMap((character) => {
    const [token, ...more] = tokenize(model, character);
    return token === undefined || more.length > 0 ? [] : [{ character, token }];
  });
}

function tokenize(model: LlamaModel, text: string): number[] {
  return text === '' ? [] : model.tokenize(text, false);
}
