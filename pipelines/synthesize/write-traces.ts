import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { openJsonl } from '../../core/jsonl.ts';
import type { TeachingNote } from './chat/teaching-progress.ts';
import type { ToolModel } from './concepts.ts';
import type { MadeUnit } from './make-units.ts';
import { addCounts, addTrace, type Resumed, TRACES_FILE, UNITS_FILE, UNITS_LIST } from './progress-file.ts';
import { warningsAfter } from './warnings-after.ts';

const REPORT_EVERY = 20;
/** What a teacher writes takes longer, and costs. */
const REPORT_TAUGHT_EVERY = 5;

interface Writing {
  stage: string;
  folder: string;
  /** What an interrupted run left; it grows with each unit. */
  done: Resumed;
  total: number;
  /** What is told about servers that no longer start, as it comes. */
  lost: string[];
  /** What more there is to say on the way. */
  tell?: (left: number) => TeachingNote | undefined;
}

/** Writes traces down as they come, each with its line in the log of units, and says what there is to say. Ends with the counts for the manifest. */
export async function* writeTraces(
  made: AsyncGenerator<MadeUnit>,
  models: readonly ToolModel[],
  { stage, folder, done, total, lost, tell }: Writing,
): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const traces = openJsonl(join(folder, TRACES_FILE), { append: true });
  const log = openJsonl(join(folder, UNITS_FILE), { append: true });
  try {
    for await (const { id, name, trace, rejects, isKept } of made) {
      if (trace) {
        await traces.write(trace);
        addTrace(done, trace);
        done.traces += 1;
      } else {
        addCounts(done.givenUp, { [name]: 1 });
      }
      const told = isKept ? [] : warningsAfter(rejects, models, done);
      for (const message of [...told, ...lost.splice(0)]) yield { type: 'warning', stage, message };
      addCounts(done.rejects, rejects);
      await log.write({ unit: done.units, id, name, lines: done.traces, rejects });
      done.units += 1;
      const more = tell?.(total - done.units);
      if (done.units % (more ? REPORT_TAUGHT_EVERY : REPORT_EVERY) !== 0) continue;
      yield { type: 'progress', stage, done: done.units, total, note: more ? `${name}, ${more.note}` : name };
      if (more) yield { type: 'data', stage, data: more.data };
    }
  } finally {
    await Promise.all([traces.close(), log.close()]);
  }
  for (const [name, count] of done.givenUp) {
    const message = `${count} traces for ${name} were given up: rejects.json says why. More varied data (files, entities) helps`;
    yield { type: 'warning', stage, message };
  }
  await copyFile(join(folder, UNITS_FILE), join(folder, UNITS_LIST));
  const rejects = Object.fromEntries([...done.rejects].sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeJsonFile(join(folder, 'rejects.json'), rejects);
  return {
    units: total,
    traces: done.traces,
    rejected: Object.values(rejects).reduce((sum, count) => sum + count, 0),
  };
}
