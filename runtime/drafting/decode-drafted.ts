import type { Drafter } from './drafter.ts';
import type { GrammarCursor } from './grammar-cursor.ts';

/** A model behind a prompt, as far as `decodeDrafted` needs it. */
export interface Decoder {
  /** Evaluates tokens at once. @returns what the model prefers after the last one and after each of the `drafted` ones before it */
  evaluate(tokens: readonly number[], drafted: number): Promise<Preference[]>;
  /** Evaluates groups of tokens one after another. @returns what the grammar's sampler chooses after the last one; the cursor moves on by it */
  evaluatePlainly(groups: readonly (readonly number[])[], cursor: GrammarCursor): Promise<number>;
  /** Drops the last tokens that were evaluated. */
  forget(count: number): Promise<void>;
}

export interface Preference {
  token: number;
  /** Whether another token is so close that rounding may have decided: tokens that are evaluated together are rounded in other ways. */
  isClose: boolean;
}

export interface DraftedOptions {
  drafter: Drafter;
  cursor: GrammarCursor;
  isStop(token: number): boolean;
  /** The end of the prompt, as far as it is not evaluated yet; not empty. */
  prompt: readonly number[];
  /** Most tokens. */
  most: number;
}

/**
 * Greedy decoding under a grammar that evaluates drafted tokens together and keeps those that it would have chosen one by one. Where what the model
 * prefers is not allowed or is a near tie, all that was decoded so far is evaluated again as plain decoding does, and the grammar's sampler chooses.
 * So the tokens are those of plain decoding as long as rounding moves no two of them by more than what counts as a near tie.
 * @yields the tokens, the stop token included
 */
export async function* decodeDrafted(
  decoder: Decoder,
  { drafter, cursor, isStop, prompt, most }: DraftedOptions,
): AsyncGenerator<number, void, undefined> {
  // As plain decoding evaluates them: the prompt's end (two tokens stand for a longer one, which is rounded alike), then each token.
  const groups: (readonly number[])[] = [prompt.slice(-2)];
  /** So many of the groups the cache holds as plain decoding would have them. */
  let plain = 0;
  const written: number[] = [];
  while (written.length < most) {
    const draft = drafter.draft(written, cursor, most - written.length - 1);
    const pending = written.length === 0 ? prompt : groups.at(-1)!;
    const preferences = await decoder.evaluate([...pending, ...draft], draft.length);
    for (const [index, { token: preferred, isClose }] of preferences.entries()) {
      const isSure = !isClose && cursor.allows(preferred);
      let token = preferred;
      if (!isSure) {
        const again = groups.slice(plain);
        await decoder.forget(draft.length - index + again.flat().length);
        token = await decoder.evaluatePlainly(again, cursor);
        plain = groups.length;
      }
      written.push(token);
      groups.push([token]);
      yield token;
      if (isStop(token)) return;
      if (!isSure) break;
      cursor.accept(token);
      if (token === draft[index]) continue;
      await decoder.forget(draft.length - index);
      break;
    }
  }
}
