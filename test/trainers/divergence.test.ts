import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';

test('a loss that goes up and stays up has diverged, noise has not; a run goes back to a fixed step a window before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'divergence-'));
  const { exitCode, stdout, stderrTail } = await runProcess({
    name: 'check',
    command: join(PROJECT_ROOT, '.venv', 'bin', 'python'),
    args: [join(import.meta.dirname, 'divergence_check.py'), join(PROJECT_ROOT, 'trainers', 'python'), folder],
    env: { PATH: process.env.PATH ?? '' },
  });
  expect(exitCode, stderrTail).toBe(0);
  const lines = stdout.trim().split('\n');
  const { back, ...found } = JSON.parse(lines.at(-1)!) as { back: Record<string, object> };
  expect(found).toEqual({
    learns: null,
    'noise of single samples': Array.from({ length: 20 }, () => null),
    'a hard batch': null,
    'goes up and stays': 59, // a mean of 16 above 2.1: nine of 4.0
    'explodes at once': 16,
    'not finite': 2,
  });
  const rate = 0.5;
  expect(back).toEqual({
    40: { kept: [30, 40], to: 0, rate, left: 1 },
    65: { kept: [50, 60], to: 0, rate, left: 1 },
    66: { kept: [50, 60], to: 50, rate, left: 1 },
    115: { kept: [50, 100, 110], to: 50, rate, left: 1 },
    130: { kept: [100, 120, 130], to: 100, rate, left: 1 },
  });
  await rm(folder, { recursive: true });
}, 300_000);
