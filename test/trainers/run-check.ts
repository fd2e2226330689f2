import { join } from 'node:path';
import { expect } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';

/** Runs a Python check of this folder, which prints a figure by name. */
export async function runCheck(script: string): Promise<Record<string, number>> {
  const { exitCode, stdout, stderrTail } = await runProcess({
    name: 'check',
    command: join(PROJECT_ROOT, '.venv', 'bin', 'python'),
    args: [join(import.meta.dirname, script), join(PROJECT_ROOT, 'trainers', 'python')],
    env: { PATH: process.env.PATH ?? '' },
  });
  expect(exitCode, stderrTail).toBe(0);
  return JSON.parse(stdout);
}
