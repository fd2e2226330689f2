import { createReadStream, existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import { hashFile } from '../../core/hash.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { linesOf } from '../../core/jsonl.ts';
import { seededRandom } from '../../core/random.ts';
import type { Job } from '../../trainers/job.ts';

/** In an adapter's folder: the keys of all that it learned from (`meta.key` of its samples). */
export const LEARNED_FILE = 'learned.json';

/** A dot file: no part of the adapter. */
const RENEWED_FILE = '.renewed.jsonl';

const LearnedSchema = z.array(z.string());
const LineSchema = z.object({ meta: z.object({ key: z.string().optional() }) });

/** Writes down what a job's adapter will have learned from. @param folder of the job */
export async function writeLearned(folder: string, { train }: Pick<Job, 'train'>): Promise<void> {
  const keys = new Set<string>();
  for await (const { key } of linesIn(folder, train)) if (key !== undefined) keys.add(key);
  await writeJsonFile(join(folder, LEARNED_FILE), [...keys].sort());
}

/**
 * The job of an adapter that goes on for a part of a pass, with samples of its own: each one once that it has not learned yet, and of the others as many as
 * are left of that part. Drawn from all alike, a renamed tool's were so few that it was never chosen.
 * @param folder of the job, where they are written
 * @param older folder of the adapter as it is; where nothing says what it learned, all is new
 * @throws ToolkitError (input) where the samples are not those that the job was planned with
 */
export async function withRenewedSamples(job: Job, folder: string, older: string): Promise<Job> {
  await refuseOthers(job, folder);
  const path = join(older, LEARNED_FILE);
  const learned = new Set(existsSync(path) ? await readJsonFile(path, LearnedSchema) : []);
  const [known, chosen] = [[] as number[], new Set<number>()];
  let count = 0;
  for await (const { key } of linesIn(folder, job.train)) {
    if (key !== undefined && learned.has(key)) known.push(count);
    else chosen.add(count);
    count += 1;
  }
  const left = Math.max(0, Math.ceil(job.epochs * count) - chosen.size);
  for (const at of seededRandom(job.seed, 'renewed').sample(known, left)) chosen.add(at);
  const renewed = join(folder, RENEWED_FILE);
  await writeFile(renewed, only(linesIn(folder, job.train), chosen));
  return {
    ...job,
    train: [RENEWED_FILE],
    hashes: { ...job.hashes, [RENEWED_FILE]: await hashFile(renewed) },
    epochs: 1,
  };
}

interface SampleLine {
  text: string;
  key?: string;
}

/** Lines that are no samples have no key: they are the trainer's business. */
async function* linesIn(folder: string, files: readonly string[]): AsyncGenerator<SampleLine> {
  for (const name of files) {
    const lines = linesOf(createReadStream(join(folder, name), 'utf8'));
    for await (const text of lines) if (text.trim() !== '') yield { text, key: keyOf(text) };
  }
}

function keyOf(text: string): string | undefined {
  try {
    return LineSchema.safeParse(JSON.parse(text)).data?.meta.key;
  } catch {
    return undefined;
  }
}

async function* only(lines: AsyncIterable<SampleLine>, chosen: ReadonlySet<number>): AsyncGenerator<string> {
  let at = 0;
  for await (const { text } of lines) if (chosen.has(at++)) yield `${text}\n`;
}

/** The trainer refuses samples that have changed since the job was planned; of these it does not see where they come from. */
async function refuseOthers({ train, hashes }: Job, folder: string): Promise<void> {
  for (const file of train) {
    const found = await hashFile(join(folder, file));
    if (found === hashes[file]) continue;
    throw new ToolkitError({
      kind: 'input',
      what: 'the samples have changed since the training was planned',
      where: join(folder, file),
      expected: hashes[file],
      found,
      todo: 'run the same command again: it trains on the new ones',
    });
  }
}
