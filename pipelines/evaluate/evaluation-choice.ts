import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { Settings } from '../settings.ts';
import { systemOf } from './evaluate-settings.ts';

/** What is evaluated. */
export interface EvaluationChoice {
  /** Names of ready or declared systems, instead of all in the settings. */
  systems?: readonly string[];
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
  { systems, queries }: EvaluationChoice = {},
): string {
  const all = evaluate.systems.map((one) => systemOf(one).name);
  const chosen = systems === undefined || systems.join() === all.join() ? [] : systems;
  return join(workspace, ['evaluation', ...(queries === undefined ? [] : ['queries']), ...chosen].join('-'));
}
