import { type Catalogue, RESPOND, type Tool } from '../core/tool.ts';

/** Distractors whose name a tool of the catalogue has, another distractor, or the answer that calls none, are left out: a call could not say which one it means. */
export function distractorsFor(catalogue: Catalogue, { tools }: Catalogue): Tool[] {
  const taken = new Set([RESPOND, ...catalogue.tools.flatMap(({ id, promptName }) => [id, promptName])]);
  return tools.filter(({ id, promptName }) => {
    const free = !taken.has(id) && !taken.has(promptName);
    taken.add(id).add(promptName);
    return free;
  });
}
