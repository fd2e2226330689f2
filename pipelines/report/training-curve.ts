import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The log of a training, in its adapter's folder. */
export const TRAINING_LOG = 'training.jsonl';

export type Point = [step: number, value: number];

/** What one training told, by step. */
export interface TrainingCurve {
  job: string;
  training: Point[];
  validation: Point[];
  /** Share of the validation samples' trained tokens that are ranked first. */
  accuracy: Point[];
  /** Share of their calls of which all tokens are; empty where the trainer does not tell. */
  exact: Point[];
  rate: Point[];
  gradNorm: Point[];
  /** Step whose adapter was kept. */
  kept?: number;
  /** Steps at which it went on after an interruption. */
  resumed: number[];
  warnings: { step: number; message: string }[];
  /** Of all steps. */
  seconds: number;
  trainedTokens: number;
  /** The most that a step told; 0 where none did. */
  memoryBytes: number;
}

/** The part of a trainer's events that a curve is made of; the log holds others too, and older ones lack members. */
const EventSchema = z.object({
  event: z.string(),
  step: z.number().optional(),
  loss: z.number().optional(),
  accuracy: z.number().optional(),
  exact: z.number().optional(),
  lr: z.number().optional(),
  grad_norm: z.number().optional(),
  trained_tokens: z.number().optional(),
  seconds: z.number().optional(),
  memory_bytes: z.number().optional(),
  resumed: z.number().optional(),
  kept: z.number().optional(),
  message: z.string().optional(),
});
type Event = z.infer<typeof EventSchema>;
type Member = 'loss' | 'accuracy' | 'exact' | 'lr' | 'grad_norm';

/** The trainings of these jobs, `selector` and `monolithic` first. All have a log; those without a loss in it are left out. */
export async function readTrainingCurves(adapters: string, jobs: readonly string[]): Promise<TrainingCurve[]> {
  const curves = await Promise.all(jobs.map((job) => readCurve(job, join(adapters, job, TRAINING_LOG))));
  const rank = ({ job }: TrainingCurve) => ['selector', 'monolithic', job].indexOf(job);
  return curves
    .filter(({ training, validation }) => training.length + validation.length > 0)
    .sort((a, b) => rank(a) - rank(b));
}

async function readCurve(job: string, path: string): Promise<TrainingCurve> {
  const events = (await readFile(path, 'utf8')).split('\n').flatMap(parseEvent);
  const [steps, evaluations] = [latest(events, 'step'), latest(events, 'eval')];
  const points = (from: readonly Event[], member: Member): Point[] =>
    from.flatMap((event) => (event[member] === undefined ? [] : [[event.step!, event[member]]]));
  const sum = (member: 'seconds' | 'trained_tokens') => steps.reduce((all, event) => all + (event[member] ?? 0), 0);
  const of = (kind: string) => events.filter(({ event }) => event === kind);
  return {
    job,
    training: points(steps, 'loss'),
    validation: points(evaluations, 'loss'),
    accuracy: points(evaluations, 'accuracy'),
    exact: points(evaluations, 'exact'),
    rate: points(steps, 'lr'),
    gradNorm: points(steps, 'grad_norm'),
    kept: of('done').at(-1)?.kept,
    resumed: of('start').flatMap(({ resumed = 0 }) => (resumed > 0 ? [resumed] : [])),
    warnings: of('warning').flatMap(({ step = 0, message }) => (message === undefined ? [] : [{ step, message }])),
    seconds: sum('seconds'),
    trainedTokens: sum('trained_tokens'),
    memoryBytes: Math.max(0, ...steps.map(({ memory_bytes: bytes = 0 }) => bytes)),
  };
}

/** A training that was resumed, or went back, repeats steps: the latest counts. */
function latest(events: readonly Event[], kind: string): Event[] {
  const found = events.filter(({ event, step }) => event === kind && step !== undefined);
  return [...new Map(found.map((event) => [event.step!, event])).values()].sort((a, b) => a.step! - b.step!);
}

/** A line that a crash cut off, or that is of no use here, is passed over: a curve does not depend on one point. */
function parseEvent(line: string): Event[] {
  try {
    const result = EventSchema.safeParse(JSON.parse(line));
    return result.success ? [result.data] : [];
  } catch {
    return [];
  }
}
