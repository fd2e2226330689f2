import { ToolkitError } from '../core/errors.ts';

/** A radix trie over token sequences: a node is either one whole name or a point where names part. */
export interface NameTrie {
  /** The tokens that lead here from the parent's end. */
  tokens: readonly number[];
  /** Set on leaves only. */
  name?: string;
  children: readonly NameTrie[];
}

interface NameTokens {
  name: string;
  tokens: readonly number[];
}

/**
 * Children stand in the order of the names' first appearance.
 * @throws ToolkitError where one name's tokens begin another's: a name span has to carry its own end
 */
export function buildNameTrie(names: readonly NameTokens[]): NameTrie {
  return grow(names, 0);
}

function grow(names: readonly NameTokens[], from: number): NameTrie {
  const [first] = names;
  if (names.length === 1) return { tokens: first!.tokens.slice(from), name: first!.name, children: [] };
  let end = from;
  while (names.every(({ tokens }) => end < tokens.length && tokens[end] === first!.tokens[end])) end += 1;
  const groups = new Map<number, NameTokens[]>();
  for (const entry of names) {
    const token = entry.tokens[end];
    if (token === undefined) throw sameBeginning(entry, names);
    groups.set(token, [...(groups.get(token) ?? []), entry]);
  }
  return { tokens: first!.tokens.slice(from, end), children: [...groups.values()].map((group) => grow(group, end)) };
}

function sameBeginning(entry: NameTokens, names: readonly NameTokens[]): ToolkitError {
  const other = names.find(({ name }) => name !== entry.name);
  return new ToolkitError({
    kind: 'failed',
    what: `the name ${entry.name} cannot be told from ${other?.name} by this model's tokens`,
    expected: 'name spans of which none begins another',
  });
}
