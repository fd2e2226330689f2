import { ToolkitError } from '../core/errors.ts';
import type { Renderer } from '../core/prompt/renderer.ts';
import type { Engine, EngineSession } from './engine.ts';
import { buildNameTrie, type NameTrie } from './name-trie.ts';
import type { RankedName } from './prediction.ts';
import { writtenName } from './written-name.ts';

export interface Selection {
  promptName: string;
  /**
   * Every candidate, best first; the first one is certain, the shares of those that were ruled out early are upper bounds or means of them.
   * Absent: the engine gives no probabilities.
   */
  ranked?: RankedName[];
}

/** A part of the trie whose names are not told apart yet. */
interface Branch {
  trie: NameTrie;
  path: readonly number[];
  /** Exact for all of `path`; the trie's own tokens are not counted yet. */
  score: number;
  /** Whether the trie's own tokens are in `path` and `score`. */
  entered: boolean;
}

/**
 * The candidate whose name span is most probable after the prompt, exactly, by best-first search over the tokens that tell names apart.
 * Longer texts are never more probable than their beginnings: the first whole name that is the best of all branches has won.
 * Where the engine gives no probabilities, the name that it writes greedily.
 * @param prompt up to the selection cut (`renderer.selectorPrompt`)
 * @param promptNames the tools' and, where the model may decline, `RESPOND`
 * @throws ToolkitError (input) where there is no name, or the prompt does not fit into the context; the signal's reason
 */
export async function selectName(
  engine: Pick<Engine, 'tokenize' | 'abilities'>,
  session: EngineSession,
  renderer: Pick<Renderer, 'nameSpan' | 'stop'>,
  prompt: string,
  promptNames: readonly string[],
  signal?: AbortSignal,
): Promise<Selection> {
  const names = [...new Set(promptNames)];
  if (names.length === 0) throw new ToolkitError({ kind: 'input', what: 'there is no tool to select from' });
  const prefix = engine.tokenize(prompt);
  if (!engine.abilities.probabilities)
    return { promptName: await writtenName(session, renderer, prefix, names, signal) };
  const trie = buildNameTrie(names.map((name) => ({ name, tokens: engine.tokenize(renderer.nameSpan(name)) })));
  const branches: Branch[] = [{ trie, path: [], score: 0, entered: trie.tokens.length === 0 }];
  for (;;) {
    signal?.throwIfAborted();
    const best = takeBest(branches);
    if (!best.entered) branches.push(await enter(session, prefix, best, signal));
    else if (best.trie.name !== undefined) return { promptName: best.trie.name, ranked: rank(best, branches) };
    else branches.push(...(await split(session, prefix, best, signal)));
  }
}

function takeBest(branches: Branch[]): Branch {
  let best = 0;
  for (let index = 1; index < branches.length; index++) {
    if (branches[index]!.score > branches[best]!.score) best = index;
  }
  return branches.splice(best, 1)[0]!;
}

/** Walks the tokens that all names of the branch share, in one evaluation. */
async function enter(
  session: EngineSession,
  prefix: readonly number[],
  branch: Branch,
  signal?: AbortSignal,
): Promise<Branch> {
  const path = [...branch.path, ...branch.trie.tokens];
  const from = prefix.length + branch.path.length;
  const scores = await session.logprobs([...prefix, ...path], from, signal);
  return { trie: branch.trie, path, score: scores.reduce((sum, score) => sum + score, branch.score), entered: true };
}

/** Scores the next token of each child; the rest of its tokens waits until it is the best. */
async function split(
  session: EngineSession,
  prefix: readonly number[],
  branch: Branch,
  signal?: AbortSignal,
): Promise<Branch[]> {
  const { children } = branch.trie;
  const scores = await session.next(
    [...prefix, ...branch.path],
    children.map(({ tokens }) => tokens[0]!),
    signal,
  );
  return children.map((child, index): Branch => {
    const [first, ...rest] = child.tokens;
    return {
      trie: { ...child, tokens: rest },
      path: [...branch.path, first!],
      score: branch.score + scores[index]!,
      entered: rest.length === 0,
    };
  });
}

/** Names of a branch that was never split share what it has: no more is known, and none can be above the winner. */
function rank(winner: Branch, others: readonly Branch[]): RankedName[] {
  const total = others.reduce((sum, { score }) => sum + Math.exp(score - winner.score), 1);
  const rest = others.flatMap((branch) => {
    const names = namesOf(branch.trie);
    const probability = Math.exp(branch.score - winner.score) / total / names.length;
    return names.map((promptName) => ({ promptName, probability }));
  });
  rest.sort((a, b) => b.probability - a.probability);
  return [{ promptName: winner.trie.name!, probability: 1 / total }, ...rest];
}

function namesOf(trie: NameTrie): string[] {
  return trie.name === undefined ? trie.children.flatMap(namesOf) : [trie.name];
}
