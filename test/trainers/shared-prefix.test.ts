import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';

test('gradients with a shared prefix equal those of full sequences to 1e-5, in fp32 and grouped-query attention', async () => {
  const { exitCode, stdout, stderrTail } = await runProcess({
    name: 'check',
    command: join(PROJECT_ROOT, '.venv', 'bin', 'python'),
    args: [join(import.meta.dirname, 'shared_prefix_check.py'), join(PROJECT_ROOT, 'trainers', 'python')],
    env: { PATH: process.env.PATH ?? '' },
  });
  expect(exitCode, stderrTail).toBe(0);
  const differences = JSON.parse(stdout) as Record<string, number>;
  expect(Object.keys(differences)).toHaveLength(10);
  for (const [name, difference] of Object.entries(differences)) expect(difference, name).toBeLessThan(1e-5);
}, 300_000);
