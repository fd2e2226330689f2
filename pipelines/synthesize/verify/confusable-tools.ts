import type { Tool } from '../../../core/tool.ts';
import { stemOf, wordsOf } from '../tool-words.ts';

/** More are not shown at once. */
const MOST = 12;

/**
 * The tools among which one has to be found: all where they are few, else those whose names and descriptions share most words with it, in the
 * order of the catalogue.
 * @param like the tool, which is always among them; or a text, where no tool is meant
 */
export function confusableTools(tools: readonly Tool[], like: Tool | string): readonly Tool[] {
  if (tools.length <= MOST) return tools;
  const [name, description] = typeof like === 'string' ? [like, like] : [like.name, like.description];
  const [names, words] = [stems(name), stems(description)];
  const alike = (tool: Tool) =>
    tool === like
      ? Number.POSITIVE_INFINITY
      : 2 * overlap(names, stems(tool.name)) + overlap(words, stems(tool.description));
  const scores = new Map(tools.map((tool) => [tool, alike(tool)]));
  const chosen = new Set(tools.toSorted((a, b) => scores.get(b)! - scores.get(a)!).slice(0, MOST));
  return tools.filter((tool) => chosen.has(tool));
}

function stems(text: string): Set<string> {
  return new Set(wordsOf(text).map(stemOf));
}

/** Jaccard similarity. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((word) => b.has(word)).length;
  return both === 0 ? 0 : both / (a.size + b.size - both);
}
