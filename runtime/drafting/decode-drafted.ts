import type { Drafter } from './drafter.ts';
import type { GrammarCursor } from './grammar-cursor.ts';

/** A model behind a prompt, as far as `decodeDrafted` needs it. */
export interface Decoder {
  /**
   * Evaluates tokens at once.
   * @param closely whether the first preference is to be more than its best token
   * @returns what the model prefers after the last token and after each of the `drafted` ones before it
   */
  evaluate(tokens: readonly number[], drafted: number, closely: boolean): Promise<Preference[]>;
  /** Evaluates groups of tokens one after another. @returns what the grammar's sampler chooses after the last one; the cursor moves on by it */
  evaluatePlainly(groups: readonly (readonly number[])[], cursor: GrammarCursor): Promise<number>;
  /** Drops the last tokens that were evaluated. */
  forget(count: number): Promise<void>;
}

export interface Preference {
  /** The best first. */
  ranked: readonly { token: number; logit: number }[];
  /** Whether the best one is certain to be no near tie. */
  isClear: boolean;
}

/**
 * Two tokens whose logits are less apart are a near tie: rounding may order them otherwise. Tokens that are evaluated together got logits up to 0.008
 * apart from those one by one (16-bit weights, on a processor; 0.00001 with 32 bits).
 */
export const NEAR_TIE = 0.02;

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
 * Greedy decoding under a grammar that evaluates drafted tokens together and keeps those that it would have chosen one by one. What is no clear
 * preference is looked at more closely in the next evaluation, as its first draft. Where it is a near tie even then, or none of the best tokens is
 * allowed, all that was decoded is evaluated again as plain decoding does, and the grammar's sampler chooses; the more often, the more tokens after
 * that one. So the tokens are those of plain decoding as long as rounding moves no two of them by more than a near tie.
 * @yields the tokens, the stop token included
 */
export async function* decodeDrafted(
  decoder: Decoder,
  options: DraftedOptions,
): AsyncGenerator<number, void, undefined> {
  const { cursor, isStop, prompt, most } = options;
  // As plain decoding evaluates them: the prompt's end (two tokens stand for a longer one, which is rounded alike), then each token.
  const groups: (readonly number[])[] = [prompt.slice(-2)];
  /** So many of the groups the cache holds as plain decoding would have them. */
  let plain = 0;
  let closely = true;
  let guess: number | undefined;
  const patience = { plainly: 0, next: 1 };
  for (let count = 0; count < most; count = groups.length - 1) {
    let taken: number[];
    if (patience.plainly > 0) {
      patience.plainly -= 1;
      taken = [await decoder.evaluatePlainly(groups.slice(plain), cursor)];
      plain = groups.length;
      groups.push(taken);
    } else {
      const draft = makeDraft(options, groups.slice(1).flat(), guess);
      const pending = count === 0 ? prompt : groups.at(-1)!;
      const preferences = await decoder.evaluate([...pending, ...draft], draft.length, closely);
      const settled = settle(preferences, draft, options, closely);
      taken = settled.taken;
      groups.push(...taken.map((token) => [token]));
      if (settled.isOpen && closely && taken.length === 0) {
        await decoder.forget(draft.length + groups.slice(plain).flat().length);
        patience.plainly = patience.next;
        patience.next *= 2;
        closely = false;
        guess = undefined;
      } else {
        // Of the draft that stays which was right; where the next token is open, the last one before it is evaluated again.
        await decoder.forget(draft.length - taken.length + 1);
        closely = settled.isOpen;
        guess = settled.guess;
        if (taken.length > 1) patience.next = 1;
      }
    }
    yield* taken;
    if (taken.some(isStop)) return;
  }
}

/** The draft behind what is written, and behind the token that is expected there. */
function makeDraft(
  { drafter, cursor, isStop, most }: DraftedOptions,
  written: readonly number[],
  guess: number | undefined,
): number[] {
  const room = most - written.length - 1;
  if (guess === undefined) return drafter.draft(written, cursor, room);
  if (isStop(guess) || room === 0) return [];
  const ahead = cursor.clone();
  ahead.accept(guess);
  return [guess, ...drafter.draft([...written, guess], ahead, room - 1)];
}

interface Settled {
  /** Tokens that are chosen; all but the last are the draft's. */
  taken: number[];
  /** Whether the preference behind those is not clear enough. */
  isOpen: boolean;
  /** What is expected there. */
  guess?: number;
}

/** Takes from the draft what the model prefers too, and the first token where it prefers another. The cursor moves on. */
function settle(
  preferences: readonly Preference[],
  draft: readonly number[],
  { cursor, isStop }: DraftedOptions,
  closely: boolean,
): Settled {
  const taken: number[] = [];
  for (const [index, preference] of preferences.entries()) {
    const token = closely && index === 0 ? closeChoice(preference, cursor) : clearChoice(preference, cursor);
    if (token === undefined) {
      const best = preference.ranked[0]!.token;
      return { taken, isOpen: true, guess: cursor.allows(best) ? best : draft[index] };
    }
    taken.push(token);
    if (isStop(token)) break;
    cursor.accept(token);
    if (token !== draft[index]) break;
  }
  return { taken, isOpen: false };
}

function clearChoice({ ranked, isClear }: Preference, cursor: GrammarCursor): number | undefined {
  const { token } = ranked[0]!;
  return isClear && cursor.allows(token) ? token : undefined;
}

/** The best that is allowed, unless another one that is allowed, or may be, is as good. */
function closeChoice({ ranked }: Preference, cursor: GrammarCursor): number | undefined {
  const best = ranked.findIndex(({ token }) => cursor.allows(token));
  if (best === -1 || best === ranked.length - 1) return undefined;
  const others = ranked.slice(best + 1);
  const next = others.find(({ token }) => cursor.allows(token)) ?? others.at(-1)!;
  return ranked[best]!.logit - next.logit < NEAR_TIE ? undefined : ranked[best]!.token;
}
