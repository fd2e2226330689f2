import type { Tool } from '../core/tool.ts';
import { buildToolIndex, type Hierarchy } from '../runtime/hierarchy.ts';
import type { Settings } from './settings.ts';

/**
 * What narrows the tools on offer, as `serve.hierarchy` says it. `undefined` where it would choose nothing: it is off, or there are too few tools.
 */
export function serveHierarchy({ serve }: Pick<Settings, 'serve'>, tools: readonly Tool[]): Hierarchy | undefined {
  const { use, limit } = serve.hierarchy;
  if (use === 'off') return undefined;
  const index = buildToolIndex(tools);
  const hierarchy: Hierarchy = { index, limit, ...(use === 'on' && { small: limit }) };
  return index.candidates('', hierarchy).length < tools.length ? hierarchy : undefined;
}
