import type { Bundle, BundledAdapter } from './bundle.ts';
import type { Tool } from './tool.ts';

/**
 * The adapter that writes a tool's arguments: the chosen one; without a choice the tool's own, else its group's, else that of all tools.
 * `undefined` where the bundle has none: the base does.
 */
export function argumentsAdapter(
  { adapters, choices }: Pick<Bundle, 'adapters' | 'choices'>,
  { id, group }: Pick<Tool, 'id' | 'group'>,
): BundledAdapter | undefined {
  const writers = adapters.filter(({ task }) => task === 'arguments');
  const chosen = choices?.tools.find(({ tool }) => tool === id)?.adapter;
  return (
    writers.find(({ name }) => name === chosen) ??
    writers.find(({ tool }) => tool === id) ??
    writers.find((writer) => writer.tool === undefined && writer.group === group) ??
    sharedArgumentsAdapter({ adapters })
  );
}

/** The adapter that writes any tool's arguments. */
export function sharedArgumentsAdapter({ adapters }: Pick<Bundle, 'adapters'>): BundledAdapter | undefined {
  return adapters.find(({ task, tool, group }) => task === 'arguments' && tool === undefined && group === undefined);
}
