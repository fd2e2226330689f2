import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { TrainerEventSchema } from '../../trainers/events.ts';
import { TRAINING_RECORD } from './watch/training-record.ts';
import type { Validation } from './why-worse.ts';

/**
 * How good a finished adapter was on the validation samples of its training; `undefined` where there were none, or where an older version wrote the record.
 * @param folder of the adapter
 */
export async function recordedValidation(folder: string): Promise<Validation | undefined> {
  const path = join(folder, TRAINING_RECORD);
  if (!existsSync(path)) return undefined;
  try {
    return await keptValidation(path);
  } catch (error) {
    if (error instanceof ToolkitError) return undefined;
    throw error;
  }
}

async function keptValidation(path: string): Promise<Validation | undefined> {
  const validations = new Map<number, Validation>();
  let kept: number | undefined;
  for await (const event of readJsonl(path, TrainerEventSchema)) {
    if (event.event === 'eval') validations.set(event.step, event);
    if (event.event === 'done') kept = event.kept;
  }
  const found = kept === undefined ? undefined : validations.get(kept);
  return found && figuresOf(found);
}

/** Those of an event that are compared. */
export function figuresOf({ loss, exact, calls }: Validation): Validation {
  return { loss, exact, calls };
}
