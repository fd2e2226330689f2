import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { writeJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { stepsOf, TraceSchema } from '../../core/trace.ts';
import type { KeptUnits } from './kept-units.ts';
import { TRACES_FILE } from './progress-file.ts';
import { BASIS_FILE, type TraceBasis, type WantedBasis } from './trace-basis.ts';

/** Writes down what traces were made for; of unchanged tools, what stood there when theirs were made. */
export async function writeBasis(folder: string, wanted: WantedBasis, kept: KeptUnits | undefined): Promise<void> {
  const then = new Map([...(kept?.unchanged ?? [])].map(([before, now]) => [now, before]));
  const hashes = await hashesOf(join(folder, TRACES_FILE), [...wanted.tools.keys()]);
  const tools = [...wanted.tools].map(([id, said]) => {
    const made = kept?.older.tools[then.get(id) ?? '']?.made ?? hashes.get(id)!;
    return [id, { ...said, made }] as const;
  });
  const renamed = [...then].map(([now, before]) => [now, now === before ? kept!.older.renamed[now] : before]);
  const value: TraceBasis = {
    version: 1,
    tools: Object.fromEntries(tools),
    renamed: Object.fromEntries(renamed.filter(([, before]) => before !== undefined)),
  };
  await writeJsonFile(join(folder, BASIS_FILE), value);
}

/** A hash over what is said in the traces that call a tool. */
async function hashesOf(path: string, tools: readonly string[]): Promise<Map<string, string>> {
  const sums = new Map<string, Hash>(tools.map((id) => [id, createHash('sha256')]));
  for await (const trace of readJsonl(path, TraceSchema)) {
    const called = new Set(stepsOf(trace).flatMap(({ call }) => (call === null ? [] : [call.tool])));
    for (const id of called) sums.get(id)?.update(`${JSON.stringify(trace.messages)}\n`);
  }
  return new Map([...sums].map(([id, sum]) => [id, `sha256:${sum.digest('hex')}`]));
}
