import { MOST_CHARACTERS_PER_TOKEN } from '../characters-per-token.ts';

/** With less, nothing of a result could be read. */
const LEAST_TOKENS = 32;

/** What the prompt may have, in tokens. */
export interface PromptRoom {
  /** Most tokens of a prompt. */
  limit: number;
  /** Tokens of the prompt with this text as the result of its last call. */
  tokensWith(result: string): number;
}

/**
 * A result as the model is shown it: whole where it takes no more than half of what is left of the prompt, so that steps can follow; else cut, with
 * `…` at its end, as results in training are.
 * @returns `undefined` where no room is left
 */
export function fitResult(content: string, { limit, tokensWith }: PromptRoom): string | undefined {
  const before = tokensWith('');
  const room = Math.floor((limit - before) / 2);
  if (room < LEAST_TOKENS) return undefined;
  let length = Math.min(content.length, room * MOST_CHARACTERS_PER_TOKEN);
  for (;;) {
    const shown = cutTo(content, length);
    const taken = tokensWith(shown) - before;
    if (taken <= room) return shown;
    length = Math.floor((length * room * 0.98) / taken);
  }
}

function cutTo(content: string, length: number): string {
  if (content.length <= length) return content;
  // Not through a pair that stands for one character.
  return `${content.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}
