import type { RequirementVerdict, ToolFitTaskResult } from '../../../core/suite-results.ts';
import type { BoundedChatModel } from '../../synthesize/chat/bounded-chat-model.ts';
import { heldOutPath, stageHash } from '../../workspace-files.ts';
import { hashTaskFiles } from '../hash-task-files.ts';
import type { RunRecord } from '../run-record.ts';
import type { CompletedRun, Suite } from '../suite.ts';
import { isSatisfied } from './check-requirement.ts';
import { coverageOf } from './coverage.ts';
import { toolFitFigures } from './figures.ts';
import { heldOutTasks } from './held-out-tasks.ts';
import { judgeRequirements, TOOLFIT_JUDGE } from './judge-requirements.ts';
import { requirementText } from './requirement.ts';
import { readToolFitTasks, type ToolFitTask } from './task-files.ts';
import type { ToolOutput } from './tool-output.ts';

/**
 * ToolFit (arXiv 2510.00229): queries with atomic requirements, satisfied by what tools answered; the model's last message does not count.
 * @param files absolute; none: the tasks are those of the held-out traces
 */
export function toolFit(files: readonly string[]): Suite<ToolFitTask, ToolFitTaskResult> {
  const own = files.length > 0;
  return {
    version: TOOLFIT_JUDGE,
    inputs: async (context) =>
      own
        ? hashTaskFiles(files, 'a file of JSON lines {id, query, servers?, requirements}')
        : { samples: await stageHash(context, 'samples', 'build-data') },
    findTasks: async (context, catalogue) =>
      own ? { tasks: await readToolFitTasks(files), notRun: [] } : heldOutTasks(heldOutPath(context), catalogue),
    async scoreRun(run, { judge }) {
      const { task, servers, end, rounds, calls } = run.record;
      const requirements = await verdictsOn(run, judge);
      const about = { task, servers, end, rounds, calls: calls.length };
      return { ...about, requirements, coverage: coverageOf(requirements) };
    },
    results: (about, tasks) => ({ ...about, suite: 'toolfit', figures: toolFitFigures(tasks), tasks: [...tasks] }),
  };
}

async function verdictsOn(
  { task, record }: CompletedRun<ToolFitTask>,
  judge: BoundedChatModel | undefined,
): Promise<RequirementVerdict[]> {
  const outputs = outputsOf(record);
  const texts = task.requirements.flatMap((one) => ('judged' in one ? one.judged : []));
  const judged = judge && texts.length > 0 ? await judgeRequirements(judge, task.query, record.calls, texts) : [];
  const left = [...judged];
  return task.requirements.map((one): RequirementVerdict => {
    const requirement = requirementText(one);
    if ('judged' in one) return { requirement, by: 'judge', satisfied: left.shift() ?? null };
    return { requirement, by: 'program', satisfied: isSatisfied(one, outputs) };
  });
}

function outputsOf({ calls }: RunRecord): ToolOutput[] {
  return calls
    .filter(({ executed, is_error }) => executed && !is_error)
    .map(({ arguments: args, content }) => ({ arguments: args, text: content }));
}
