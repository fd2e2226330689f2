import { createContext, Script } from 'node:vm';
import { RE2JS } from 're2js';

/** What a schema's `pattern` becomes: a text matches it, or not. */
export interface LinearPattern {
  test(text: string): boolean;
  /** Tells patterns apart. */
  toString(): string;
}

/** White space that JavaScript knows and RE2 does not, and what only one of them takes for the end of a line. */
const READ_DIFFERENTLY = /[^\S \t\n\f]/;
/** For what RE2 cannot say or reads differently; far above what a pattern that is not made to hang needs. */
const TIME_LIMIT_MS = 250;

/**
 * A regular expression of a server's schema, which may be made to take for ever (`^(a+)+$`): run by RE2, whose time grows with the text's
 * length only. What RE2 has no form for (look-around, back references, long repeats) runs under a time limit; over it, nothing matches.
 * @throws SyntaxError where it is none
 */
export function linearPattern(pattern: string, flags: string): LinearPattern {
  // Only reads it; a SyntaxError is the same as without RE2.
  new RegExp(pattern, flags);
  const linear = compileLinear(pattern);
  return {
    test: (text) =>
      linear === undefined || READ_DIFFERENTLY.test(text)
        ? matchesInTime({ pattern, flags, text })
        : linear.matcher(text).find(),
    toString: () => `/${pattern}/${flags}`,
  };
}

function compileLinear(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern));
  } catch {
    return undefined;
  }
}

const match = new Script('new RegExp(pattern, flags).test(text)');
const sandbox = createContext(Object.create(null));

function matchesInTime(input: { pattern: string; flags: string; text: string }): boolean {
  try {
    return match.runInContext(Object.assign(sandbox, input), { timeout: TIME_LIMIT_MS }) === true;
  } catch {
    return false;
  }
}
