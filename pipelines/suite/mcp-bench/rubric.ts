import type { Random } from '../../../core/random.ts';
import { JUDGED_AXES, type JudgedAxis, type JudgedScore } from '../../../core/suite-results.ts';
import { AXIS_NAMES } from './judgement.ts';

const AXIS_TITLES: Record<JudgedAxis, string> = {
  task_completion: 'Task completion',
  tool_usage: 'Tool usage',
  planning: 'Planning',
};

/** What a share is taken of. */
const SHARE_OF: Record<JudgedScore, string> = {
  task_fulfillment: "of the task's requirements are met without a fault",
  grounding: "of the answer's claims are borne out by what tools answered",
  tool_appropriateness: 'of the calls use the best tool for what they are to do',
  parameter_accuracy: 'of the calls have arguments that are right and complete',
  dependency_awareness: 'of the calls that need what others find come after them, and use it',
  parallelism_and_efficiency:
    'of the calls are needed, none is repeated, and independent ones do not wait for one another',
};

/** Scores by shares, as in MCP-Bench. */
const BANDS: readonly (readonly [score: string, share: string])[] = [
  ['1 to 3', 'up to 30%'],
  ['4 to 6', '40 to 60%'],
  ['7 to 8', '70 to 80%'],
  ['9 to 10', '90% or more'],
];

/** The rubric, with its axes, their scores and the bands of each in random order, so that no place is favoured. */
export function rubric(random: Random): string {
  return random
    .shuffle(AXIS_NAMES)
    .flatMap((axis) => [`# ${AXIS_TITLES[axis]}`, ...random.shuffle<JudgedScore>(JUDGED_AXES[axis]).map(criterion)])
    .join('\n');

  function criterion(score: JudgedScore): string {
    const bands = random.shuffle(BANDS).map(([points, share]) => `- ${points}: ${share}`);
    return [`${score}: which share ${SHARE_OF[score]}`, ...bands].join('\n');
  }
}
