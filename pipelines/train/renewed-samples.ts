import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { chunks } from '../../core/chunks.ts';
import { hashFile } from '../../core/hash.ts';
import { readJsonFile, writeFileAtomic } from '../../core/json-file.ts';
import { seededRandom } from '../../core/random.ts';
import type { Job } from '../../trainers/job.ts';
import { countSteps, stepsOfEpoch } from '../../trainers/memory/count-steps.ts';
import { sampleLines } from './sample-lines.ts';

/** In an adapter's folder: the keys of all that it learned from (`meta.key` of its samples). Absent where that cannot be said: all is new to it then. */
export const LEARNED_FILE = 'learned.json';

/** What an adapter goes on with for less than a pass. */
export interface RenewedSamples {
  /** Numbers of the lines that it takes, from 1, of each file of the job. */
  lines: number[][];
  /** Keys of what it will have learned. */
  learned: string[];
  /** Optimizer steps. */
  steps: number;
  /** The passes over all samples that these are. */
  epochs: number;
}

const LearnedSchema = z.array(z.string());
const LineSchema = z.object({ meta: z.object({ key: z.string().optional(), augmented: z.unknown().optional() }) });

/**
 * Chooses for a job of less than one pass: each sample once that the adapter has not learned yet, and of the others so many that all steps of that part of a
 * pass have whole batches. Drawn from all alike, those of a renamed tool were so few that it was never chosen again.
 * @param folder of the adapter as it is; the job's files are relative to it
 * @returns `undefined` where there is none to choose
 */
export async function chooseRenewed(job: Job, folder: string): Promise<RenewedSamples | undefined> {
  const path = join(folder, LEARNED_FILE);
  const learned = new Set(existsSync(path) ? await readJsonFile(path, LearnedSchema) : []);
  const all: JobLine[] = [];
  for await (const { text: _, ...line } of linesIn(folder, job.train)) all.push(line);
  if (all.length === 0) return undefined;
  const isKnown = ({ key }: JobLine) => key !== undefined && learned.has(key);
  const random = seededRandom(job.seed, 'renewed');
  const [unlearned, others]: [JobLine[][], JobLine[][]] = [[], []];
  const prompts = [...Map.groupBy(all, ({ prompt }) => prompt).values()];
  for (const samples of prompts) {
    const [fresh, known] = [samples.filter((one) => !isKnown(one)), random.shuffle(samples.filter(isKnown))];
    const whole = Math.ceil(fresh.length / job.batch_size) * job.batch_size;
    unlearned.push(...chunks([...fresh, ...known.slice(0, whole - fresh.length)], job.batch_size));
    others.push(...chunks(known.slice(whole - fresh.length), job.batch_size));
  }
  const lengths = prompts.map(({ length: samples }) => ({ samples }));
  const steps = Math.min(
    Math.max(countSteps(job, lengths), unlearned.length),
    job.max_steps ?? Number.POSITIVE_INFINITY,
  );
  const taken = [...random.shuffle(unlearned), ...random.shuffle(others)].slice(0, steps).flat();
  for (const { key } of taken) if (key !== undefined) learned.add(key);
  return {
    lines: job.train.map((_, file) =>
      taken
        .filter((one) => one.file === file)
        .map(({ line }) => line)
        .sort((a, b) => a - b),
    ),
    learned: [...learned].sort(),
    steps,
    epochs: steps / stepsOfEpoch(job, lengths),
  };
}

/** The keys of a job's samples. @param folder that its files are relative to */
export async function keysIn(folder: string, { train }: Pick<Job, 'train'>): Promise<string[]> {
  const keys = new Set<string>();
  for await (const { key } of linesIn(folder, train)) if (key !== undefined) keys.add(key);
  return [...keys].sort();
}

/**
 * The job with files of its own, which hold the chosen lines of its files, and with one pass over them. Where a file is no longer what it was when they
 * were chosen, the job as it is: its trainer refuses it, and no other one.
 * @param folder of the job, where they are written as dot files: no part of the adapter
 */
export async function withRenewedSamples(job: Job, folder: string, { lines, epochs }: RenewedSamples): Promise<Job> {
  const [train, hashes]: [string[], Record<string, string>] = [[], {}];
  for (const [at, file] of job.train.entries()) {
    const found = await hashFile(join(folder, file)).catch(() => undefined);
    if (found !== job.hashes[file]) return job;
    if (lines[at]!.length === 0) continue;
    const renewed = `.renewed-${at + 1}.jsonl`;
    const path = join(folder, renewed);
    await writeFileAtomic(path, only(linesIn(folder, [file]), new Set(lines[at])));
    train.push(renewed);
    hashes[renewed] = await hashFile(path);
  }
  for (const file of job.validation) hashes[file] = job.hashes[file]!;
  return { ...job, train, hashes, epochs: 1, eval_every: job.eval_every / epochs };
}

interface JobLine {
  /** Number of its file in the job. */
  file: number;
  /** Number in the file, from 1. */
  line: number;
  key: string | undefined;
  /** Samples with the same one can share a batch. */
  prompt: string;
}

/** Lines that are no samples have no key: they are the trainer's business, as files that are gone. */
async function* linesIn(folder: string, files: readonly string[]): AsyncGenerator<JobLine & { text: string }> {
  for (const [file, name] of files.entries()) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    for await (const { text, number, sample } of sampleLines(path, LineSchema)) {
      const { key, augmented } = sample?.meta ?? {};
      yield { file, line: number, text, key, prompt: `${file} ${JSON.stringify(augmented)}` };
    }
  }
}

async function* only(lines: ReturnType<typeof linesIn>, chosen: ReadonlySet<number>): AsyncGenerator<string> {
  for await (const { line, text } of lines) if (chosen.has(line)) yield `${text}\n`;
}
