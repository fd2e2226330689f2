import { type FileHandle, open, rename } from 'node:fs/promises';
import { messageOf } from '../../../core/errors.ts';
import type { StageEvent, StageEvents } from '../../../core/event.ts';

/** A file that has grown beyond this when a run begins is put aside, as `events.old.jsonl`. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Passes events on, and appends each to a file as one JSON line with `time` and `run`, for those who follow a run from elsewhere. `progress`
 * is left out: `data` says it more exactly. The last line of a run is its `end`. Runs side by side may write into one file. A file that
 * cannot be written is told once, and stops nothing.
 * @param path the file; its name ends in `.jsonl`
 */
export async function* loggedEvents(path: string, events: StageEvents): StageEvents {
  const run = `${new Date().toISOString()} ${process.pid}`;
  const log = await openLog(path, run);
  let failed: string | null = 'stopped';
  let told = false;
  try {
    for await (const event of events) {
      if (event.type !== 'progress') await log.append(event);
      if (log.trouble() !== undefined && !told) {
        told = true;
        yield { type: 'warning', stage: 'train', message: `cannot write ${path}: ${log.trouble()}` };
      }
      yield event;
    }
    failed = null;
  } catch (error) {
    failed = messageOf(error);
    throw error;
  } finally {
    await log.append({ type: 'end', failed });
    await log.close();
  }
}

interface Log {
  append(event: StageEvent | { type: 'end'; failed: string | null }): Promise<void>;
  /** Why nothing more is written. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

async function openLog(path: string, run: string): Promise<Log> {
  let file: FileHandle | undefined;
  let trouble: string | undefined;
  const attempt = async (work: () => Promise<void>) => {
    if (trouble !== undefined) return;
    await work().catch((error: unknown) => {
      trouble = messageOf(error);
    });
  };
  await attempt(async () => {
    file = await openForLines(path);
  });
  return {
    append: (event) =>
      attempt(async () => {
        const line = `${JSON.stringify({ time: new Date().toISOString(), run, ...event })}\n`;
        await file!.appendFile(line); // one write to a file that is open for appending: whole, whoever else writes
      }),
    trouble: () => trouble,
    close: async () => file?.close(),
  };
}

/** Opens a file for appending. A line that a crash cut off is ended first. */
async function openForLines(path: string): Promise<FileHandle> {
  let file = await open(path, 'a+');
  const { size } = await file.stat();
  if (size > MOST_BYTES) {
    await file.close();
    await rename(path, path.replace(/\.jsonl$/, '.old.jsonl'));
    file = await open(path, 'a+');
  } else if (size > 0) {
    const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
    if (buffer.toString() !== '\n') await file.appendFile('\n');
  }
  return file;
}
