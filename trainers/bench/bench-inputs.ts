import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonFile } from '../../core/json-file.ts';
import { type BenchRun, benchScript } from './bench-script.ts';

export interface BenchFile {
  path: string;
  /** Tokens that all samples begin with. */
  shared: number;
  /** Tokens of a sample's own, before the assistant's turn. */
  query: number;
  trained: number;
  /** Samples. */
  count: number;
}

export interface BenchBase {
  folder: string;
  /** Folder of the base whose tokenizer it takes. */
  tokenizer: string;
  shape: string;
  /** null: all of the shape's. */
  layers: number | null;
}

/** Writes a base with random weights, and files of samples of exact lengths. @returns the number of the base's parameters */
export async function writeBenchInputs(
  run: BenchRun,
  folder: string,
  request: { base: BenchBase; files: readonly BenchFile[] },
): Promise<number> {
  const path = join(folder, 'inputs.json');
  await writeJsonFile(path, request);
  const schema = z.object({ parameters: z.number() });
  return (await benchScript(run, { script: 'bench_inputs.py', args: [path], schema })).parameters;
}
