import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';

test('fused LoRA has the outputs and gradients of PEFT’s own, and in bfloat16 no greater error', async () => {
  const { exitCode, stdout, stderrTail } = await runProcess({
    name: 'check',
    command: join(PROJECT_ROOT, '.venv', 'bin', 'python'),
    args: [join(import.meta.dirname, 'fused_lora_check.py'), join(PROJECT_ROOT, 'trainers', 'python')],
    env: { PATH: process.env.PATH ?? '' },
  });
  expect(exitCode, stderrTail).toBe(0);
  const { bfloat16, ...exact } = JSON.parse(stdout) as Record<string, number>;
  expect(Object.keys(exact)).toHaveLength(4);
  for (const [name, difference] of Object.entries(exact)) expect(difference, name).toBeLessThan(1e-5);
  expect(bfloat16).toBeLessThan(1.1);
}, 300_000);
