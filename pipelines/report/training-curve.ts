import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The log of a training, in its adapter's folder. */
export const TRAINING_LOG = 'training.jsonl';

/** The losses of one training, by step. */
export interface TrainingCurve {
  job: string;
  training: [step: number, loss: number][];
  validation: [step: number, loss: number][];
}

/** The part of a trainer's events that a curve is made of; the log holds others too. */
const EventSchema = z.object({
  event: z.string(),
  step: z.number(),
  loss: z.number(),
});

/** The trainings of these jobs, `selector` and `monolithic` first. All have a log; those without a loss in it are left out. */
export async function readTrainingCurves(adapters: string, jobs: readonly string[]): Promise<TrainingCurve[]> {
  const curves = await Promise.all(jobs.map((job) => readCurve(job, join(adapters, job, TRAINING_LOG))));
  const rank = ({ job }: TrainingCurve) => ['selector', 'monolithic', job].indexOf(job);
  return curves
    .filter(({ training, validation }) => training.length + validation.length > 0)
    .sort((a, b) => rank(a) - rank(b));
}

/** A resumed training repeats steps: the latest counts. */
async function readCurve(job: string, path: string): Promise<TrainingCurve> {
  const training = new Map<number, number>();
  const validation = new Map<number, number>();
  const lines = (await readFile(path, 'utf8')).split('\n');
  for (const { event, step, loss } of lines.flatMap(parseEvent)) {
    if (event === 'step') training.set(step, loss);
    if (event === 'eval') validation.set(step, loss);
  }
  const inOrder = (losses: Map<number, number>) => [...losses].sort(([a], [b]) => a - b);
  return { job, training: inOrder(training), validation: inOrder(validation) };
}

/** A line that a crash cut off, or that is of no use here, is passed over: a curve does not depend on one point. */
function parseEvent(line: string): z.infer<typeof EventSchema>[] {
  try {
    const result = EventSchema.safeParse(JSON.parse(line));
    return result.success ? [result.data] : [];
  } catch {
    return [];
  }
}
