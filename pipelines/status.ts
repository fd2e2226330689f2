import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { MANIFEST, type StagePlan } from '../core/manifest.ts';
import { stageState } from '../core/stage.ts';
import type { Settings } from './settings.ts';
import { STAGES, type Stage } from './stages.ts';

export interface StatusRow {
  stage: string;
  state: 'fresh' | 'stale' | 'incomplete' | 'missing';
  /** Why it is not fresh; empty where it is. */
  why: string;
}

/**
 * What is fresh, stale or missing in a workspace, and why, in the order in which stages run. Changes nothing and asks no server: whether the
 * catalogue still says what the servers offer, only `discover` finds out.
 */
export async function status(context: Context, settings: Settings): Promise<StatusRow[]> {
  const rows: StatusRow[] = [];
  for (const stage of STAGES) rows.push(...(await rowsOf(stage, context, settings)));
  return rows;
}

/** A stage whose inputs are not there, or no more, cannot be planned: the planner's error says why. What it once made is stale. */
async function rowsOf(stage: Stage, context: Context, settings: Settings): Promise<StatusRow[]> {
  let plans: StagePlan[];
  try {
    plans = await stage.plan(context, settings);
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    const { name, folder } = stage;
    const made =
      folder !== undefined && globSync(`{,*/}${MANIFEST}`, { cwd: join(context.workspace, folder) }).length > 0;
    return [{ stage: name, state: made ? 'stale' : 'missing', why: reasonOf(error) }];
  }
  return Promise.all(
    plans.map(async (plan) => {
      const found = await stageState(plan);
      return { stage: plan.stage, state: found.state, why: found.state === 'fresh' ? '' : found.why };
    }),
  );
}

/** With its place, where that is a line. */
function reasonOf({ details: { what, where } }: ToolkitError): string {
  return where !== undefined && /:\d+$/.test(where) ? `${where}: ${what}` : what;
}
