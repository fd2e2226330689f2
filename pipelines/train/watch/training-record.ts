import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../core/json-file.ts';
import { type TrainerEvent, TrainerEventSchema } from '../../../trainers/events.ts';

/** In an adapter's folder. */
export const TRAINING_RECORD = 'training.jsonl';

/** Writes a job's event into its `training.jsonl`. What an interrupted run wrote behind its last checkpoint is dropped, as it comes again. */
export async function recordEvent(folder: string, event: TrainerEvent): Promise<void> {
  if (event.event === 'validating') return;
  const path = join(folder, TRAINING_RECORD);
  if (event.event === 'start') await writeFileAtomic(path, await linesUpTo(path, event.resumed));
  await appendFile(path, `${JSON.stringify(event)}\n`);
}

async function linesUpTo(path: string, step: number): Promise<string> {
  if (step === 0 || !existsSync(path)) return '';
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines
    .filter((line) => isKept(line, step))
    .map((line) => `${line}\n`)
    .join('');
}

function isKept(line: string, step: number): boolean {
  try {
    const event = TrainerEventSchema.parse(JSON.parse(line));
    if (event.event === 'eval') return event.step < step; // a checkpoint comes before its step's evaluation
    if (event.event === 'warning' && event.kind === 'went_back') return (event.to ?? 0) <= step;
    return event.event === 'start' || ('step' in event && event.event !== 'done' && event.step <= step);
  } catch {
    return false; // the line that a crash cut off
  }
}
