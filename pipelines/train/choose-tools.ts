import { ToolkitError } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import type { Tool } from '../../core/tool.ts';

/** The tools that a user names, by id (`server.name`) or by a name that only one tool has. @throws ToolkitError (input) on any other name */
export function chooseTools(all: readonly Tool[], names: readonly string[]): Tool[] {
  return names.map((name) => {
    const found = all.filter((tool) => [tool.id, tool.name, tool.promptName, tool.slug].includes(name));
    const exact = found.find(({ id }) => id === name);
    if (exact) return exact;
    if (found.length === 1) return found[0]!;
    const meant = nearest(
      name,
      all.flatMap((tool) => [tool.id, tool.name]),
    );
    throw new ToolkitError({
      kind: 'input',
      what: found.length === 0 ? `there is no tool \`${name}\`` : `several tools are called \`${name}\``,
      expected: (found.length === 0 ? all : found).map(({ id }) => id).join(', '),
      found: `--tool ${name}`,
      todo: found.length === 0 && meant !== undefined ? `did you mean \`${meant}\`?` : undefined,
    });
  });
}
