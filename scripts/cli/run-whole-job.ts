import type { Context } from '../../core/context.ts';
import { evaluationFolder } from '../../pipelines/evaluate/evaluation-choice.ts';
import type { Settings } from '../../pipelines/settings.ts';
import type { StageOptions } from '../../pipelines/stages.ts';
import { WHOLE_JOB } from '../../pipelines/whole-job.ts';
import { drawStages } from './draw-events.ts';
import { printEvaluation } from './print-evaluation.ts';
import { inTurn } from './run-in-turn.ts';

/** Does the whole job in the workspace's turn, and prints its figures. @throws ToolkitError also where another one is at work there */
export async function runWholeJob(
  context: Context,
  settings: Settings,
  flags: StageOptions & { json?: boolean; wait?: boolean },
): Promise<void> {
  const json = flags.json === true;
  const stages = WHOLE_JOB.map(({ name, run }) => ({ title: name, events: () => run(context, settings, flags) }));
  await inTurn(context, flags, () => drawStages(stages, { json }));
  await printEvaluation(evaluationFolder(context, settings), { json });
}
