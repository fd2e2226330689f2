import type { Candidate } from '../../core/candidate.ts';
import type { LoadedRecipe } from '../../recipes/load.ts';
import type { AdapterTarget } from '../adapter-targets.ts';
import { type JobParts, type PlannedJob, planJob } from './plan-job.ts';

/** Jobs of the adapters for tools' arguments. What starts from nothing has the values of `shared`, what starts from an adapter those of the recipe itself. @param tools that are wanted; none: all */
export function candidateJobs(
  targets: readonly AdapterTarget[],
  parts: JobParts,
  tools: readonly string[] = [],
): PlannedJob[] {
  const jobs = new Map<AdapterTarget, PlannedJob>();
  const made = (candidate: Candidate, group?: string) =>
    targets.find((target) => target.candidate === candidate && target.group === group);
  for (const target of targets) {
    const { candidate, tool } = target;
    const isFromNothing = candidate === 'shared' || candidate === 'own-from-nothing';
    const group = candidate === 'own-from-group' ? made('group', tool!.group) : undefined;
    const start = isFromNothing ? undefined : jobs.get(group ?? made('shared')!)!.plan;
    const loaded = isFromNothing ? fromNothing(parts.loaded, target) : parts.loaded;
    jobs.set(target, {
      ...planJob(target, { ...parts, loaded }, start),
      onlyStart: tools.length > 0 && tool === undefined,
    });
  }
  return [...jobs.values()];
}

/** What trains the adapter that the tools' own start from, and one that does without. */
function fromNothing(
  { recipe: { shared, ...recipe }, ...loaded }: LoadedRecipe,
  { tool }: AdapterTarget,
): LoadedRecipe {
  const { epochs, batch_size = recipe.batch_size, lr = recipe.optimizer.lr } = shared!;
  const min_steps = tool === undefined ? 0 : recipe.min_steps;
  return { ...loaded, recipe: { ...recipe, epochs, batch_size, min_steps, optimizer: { ...recipe.optimizer, lr } } };
}
