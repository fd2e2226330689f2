import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { Settings } from '../settings.ts';
import type { SystemName } from './system-names.ts';

/** What is evaluated. */
export interface EvaluationChoice {
  /** Instead of those in the settings. */
  systems?: readonly SystemName[];
  /** JSON-lines file of the user's own queries with golds, instead of the held-out traces. */
  queries?: string;
}

/**
 * The folder of an evaluation, absolute: `evaluation` is that of the held-out traces and all systems, which the report reads; own queries, or a
 * choice of systems, have a folder beside it, so that neither takes the place of another, finished or interrupted.
 */
export function evaluationFolder(
  { workspace }: Pick<Context, 'workspace'>,
  { evaluate }: Pick<Settings, 'evaluate'>,
  { systems = evaluate.systems, queries }: EvaluationChoice = {},
): string {
  const chosen = systems.join() === evaluate.systems.join() ? [] : systems;
  return join(workspace, ['evaluation', ...(queries === undefined ? [] : ['queries']), ...chosen].join('-'));
}
