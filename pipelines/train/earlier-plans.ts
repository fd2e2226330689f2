import { dirname, join } from 'node:path';
import type { StagePlan } from '../../core/manifest.ts';
import { type AdapterTarget, adapterTargets } from '../adapter-targets.ts';
import { dataOf } from '../build-data/data-basis.ts';
import type { MadeSamples } from '../made-samples.ts';

/**
 * What an adapter's plan was under the names that its tool had while all else that decides its samples was the same, the last one first. None for
 * an adapter of several tools: what the others say has changed for it too.
 */
export function earlierPlans(
  { tool, candidate }: AdapterTarget,
  { folder, inputs, settings, ...plan }: StagePlan,
  { tools }: MadeSamples,
): StagePlan[] {
  if (tool === undefined) return [];
  const { [dataOf(tool.id)]: _, ...others } = inputs;
  return (tools[tool.id]?.before ?? []).map(({ id, slug, data }) => {
    const { name } = adapterTargets([{ ...tool, id, slug }]).find(
      (target) => target.candidate === candidate && target.tool,
    )!;
    return {
      ...plan,
      folder: join(dirname(folder), name),
      inputs: { ...others, [dataOf(id)]: data },
      settings: { ...(settings as object), tool: id },
    };
  });
}
