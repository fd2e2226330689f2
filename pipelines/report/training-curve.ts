import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The losses of one training, by step. */
export interface TrainingCurve {
  job: string;
  training: [step: number, loss: number][];
  validation: [step: number, loss: number][];
}

/** The part of a trainer's events that a curve is made of; trainers may say more, and other things. */
const EventSchema = z.object({
  event: z.string().optional(),
  type: z.string().optional(),
  step: z.number(),
  loss: z.number(),
});

/** The trainings of a workspace, `selector` and `monolithic` first. Adapters without a log are left out. */
export async function readTrainingCurves(adapters: string): Promise<TrainingCurve[]> {
  const jobs = existsSync(adapters) ? (await readdir(adapters)).sort() : [];
  const logged = jobs.filter((job) => existsSync(join(adapters, job, 'training.jsonl')));
  const curves = await Promise.all(logged.map((job) => readCurve(job, join(adapters, job, 'training.jsonl'))));
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
  for (const { event, type, step, loss } of lines.flatMap(parseEvent)) {
    if ((event ?? type) === 'step') training.set(step, loss);
    if ((event ?? type) === 'eval') validation.set(step, loss);
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
