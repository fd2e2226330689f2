import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../core/project.ts';
import { runProcess } from '../../../core/subprocess.ts';

export interface AdapterSpec {
  folder: string;
  r: number;
  alpha: number;
  rslora?: boolean;
  seed?: number;
  /** 0: a no-op. */
  strength?: number;
  broken?: 'rank' | 'name' | 'shape' | 'half';
  /** More members of adapter_config.json. */
  config?: Record<string, unknown>;
}

export const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
export const ENV = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

/** Runs a script of the tests with JSON as its last argument (a file). */
export async function runPython(args: readonly string[], input: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gguf-test-'));
  const path = join(folder, 'input.json');
  await writeFile(path, JSON.stringify(input));
  const result = await runProcess({ name: 'python', command: PYTHON, args: [...args, path], env: ENV });
  await rm(folder, { recursive: true });
  if (result.exitCode !== 0) throw new Error(result.stderrTail);
  return result.stdout;
}

/** Makes PEFT adapters with random weights, of any kind. */
export async function makeAdapters(base: string, specs: readonly AdapterSpec[]): Promise<void> {
  await runPython([join(import.meta.dirname, 'gguf_adapters.py'), base], specs);
}
