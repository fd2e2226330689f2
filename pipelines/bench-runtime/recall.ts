import type { ToolIndex } from '../../runtime/hierarchy.ts';
import type { RecallCase } from './recall-case.ts';

/** Of the tools that a case wants, the share among its candidates; also where the catalogue is so small that the hierarchy would be off. */
export function recall(index: ToolIndex, { query, wanted }: RecallCase, limit: number): number {
  const called = new Set(
    typeof query === 'string'
      ? []
      : query.flatMap((message) => (message.role === 'assistant' && message.call?.tool) || []),
  );
  const ranked = index.ranked(query).map(({ tool }) => tool.id);
  const chosen = new Set([...called, ...ranked.filter((id) => !called.has(id))].slice(0, Math.max(limit, called.size)));
  return wanted.filter((id) => chosen.has(id)).length / wanted.length;
}

/** The mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
