import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type JsonlWriter, openJsonl } from '../../core/jsonl.ts';

/** Many JSON-lines files written in turn: with hundreds of tools there are more than may be open at once. */
export interface RowFiles {
  /** Adds rows to a file, by path inside the folder. The first write to a path empties it. */
  write(path: string, rows: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

const MAX_OPEN = 100;

export function openRowFiles(folder: string): RowFiles {
  const open = new Map<string, JsonlWriter>();
  const begun = new Set<string>();
  const writer = async (path: string): Promise<JsonlWriter> => {
    const known = open.get(path);
    open.delete(path);
    const file = known ?? (await start(path));
    open.set(path, file);
    return file;
  };
  const start = async (path: string): Promise<JsonlWriter> => {
    const [oldest] = open;
    if (oldest && open.size >= MAX_OPEN) {
      open.delete(oldest[0]);
      await oldest[1].close();
    }
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const file = openJsonl(join(folder, path), { append: begun.has(path) });
    begun.add(path);
    return file;
  };
  return {
    async write(path, rows) {
      const file = await writer(path);
      for (const row of rows) await file.write(row);
    },
    async close() {
      for (const file of open.values()) await file.close();
      open.clear();
    },
  };
}
