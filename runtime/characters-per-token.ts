/**
 * Hardly any text has as many characters for each token: only long runs of one character do. What is longer than so many times the room is taken
 * to be too long for it, and is not tokenized to see whether it is.
 */
export const MOST_CHARACTERS_PER_TOKEN = 32;
