import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { JobBoard } from '../../pipelines/train/watch/job-board.ts';
import { jobLines, jobSummary } from '../../scripts/cli/job-lines.ts';
import { Screen } from '../fixtures/screen.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const TERMINAL = join(PROJECT_ROOT, 'test', 'fixtures', 'terminal.py');
const MANY_JOBS = join(PROJECT_ROOT, 'test', 'scripts', 'many-jobs.ts');
const FRAME = '\u001b[?2026h';

/** What `many-jobs.ts` writes on a real pseudo-terminal. */
async function record(
  jobs: number,
  [columns, rows]: [number, number],
  env: Record<string, string> = {},
): Promise<string> {
  const args = [TERMINAL, ...[columns, rows].map(String), process.execPath, MANY_JOBS, String(jobs)];
  const options = { env: { PATH: process.env.PATH, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env } };
  const failed = await promisify(execFile)(PYTHON, args, options).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 1 }); // one of the jobs failed
  return (failed as { stdout: string }).stdout;
}

describe('on a terminal', () => {
  test.each<[number, number, number]>([
    [40, 80, 24],
    [40, 40, 10],
    [40, 24, 4],
    [3, 200, 60],
  ])(
    'the training of %i jobs fits %i columns and %i lines, and ends with how each ended',
    async (jobs, columns, rows) => {
      const text = await record(jobs, [columns, rows]);
      const screen = new Screen(columns);
      const frames = text.split(FRAME);
      const heights = frames.map((frame, index) => screen.write(index === 0 ? frame : FRAME + frame));
      expect(frames.length).toBeGreaterThan(3);
      expect(Math.max(...heights.slice(0, -1))).toBeLessThanOrEqual(rows);
      expect(text).not.toContain('owned\u0007');
      const shown = screen.lines.filter((line) => line !== '');
      const failed = Math.min(1, Math.floor(jobs / 4));
      const states = (state: string) => shown.filter((line) => line.split(/ +/)[1] === state).length;
      expect(states('done')).toBe(jobs - failed);
      expect(states('failed')).toBe(failed);
      expect(shown.at(-1)).toBe('error: training failed');
      expect(screen.wrapped).toBe(0);
    },
  );

  test('a change of its size is followed', async () => {
    const text = await record(40, [120, 40], { RESIZE: '0.6:60:15' });
    const frames = text.split(FRAME);
    const last = frames.findLast((frame) => frame.includes('at work'))!;
    const screen = new Screen(60);
    screen.write(FRAME + last);
    expect(screen.wrapped).toBe(0);
    expect(text).toContain('39 of 40 done, 1 failed\r\n');
  });

  test('without colours where none are wanted, and as plain lines where it can do nothing else', async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(await record(4, [80, 24], { NO_COLOR: '1' })).not.toMatch(/\u001b\[\d*m/);
    const plain = await record(4, [80, 24], { TERM: 'dumb' });
    expect(plain).not.toContain(FRAME);
    expect(plain).toMatch(/train selector: done; 1 of 4 done/);
    expect(plain).toMatch(/number_3: failed: not enough memory/);
  });
});

describe('the board', () => {
  const step = (values: object) => ({ event: 'step', total: 100, loss: 1, trained_tokens: 50, ...values });
  const board = new JobBoard();
  const apply = (stage: string, data: Record<string, unknown>, now: number) =>
    board.apply({ type: 'data', stage, data }, now);
  board.apply(
    {
      type: 'parts',
      stage: 'train',
      parts: ['a', 'b', 'c'].map((name) => ({ stage: `train ${name}`, cost: name === 'c' ? 200 : 100 })),
    },
    0,
  );

  test('predicts the time left from what was done and what all cost', () => {
    expect(board.secondsLeft(5000)).toBeUndefined();
    apply('train a', { event: 'start', total: 100, resumed: 50, device: 'cpu' }, 10_000);
    apply('train a', step({ step: 60, seconds: 2, memory_bytes: 12 * 2 ** 20 }), 30_000);
    // A tenth of a (cost 100) in 20 s: 10 of cost; left are 40 of a, b and c, hence 340: 680 s.
    expect(board.secondsLeft(30_000)).toBeCloseTo(680);
    board.apply({ type: 'failed', stage: 'train b', message: 'no' }, 30_000);
    expect(board.secondsLeft(30_000)).toBeCloseTo(480);
  });

  test('shows figures, what fails, and the last warning, within any space', () => {
    board.apply({ type: 'warning', stage: 'train a', message: 'micro-batch halved\nand more' }, 30_000);
    expect(jobLines(board, { width: 100, height: 20, now: 30_000 })).toEqual([
      'adapter  state         step   loss  trained/s  memory    left',
      'a        training    60/100  1.000         25   12 MB  1m 20s',
      'b        failed      no',
      'c        waiting',
      'warning: a: micro-batch halved',
      '0 of 3 done, 1 failed, 1 at work, 1 waiting, about 8m 00s left',
    ]);
    for (const width of [1, 2, 5, 12, 30, 47])
      for (const height of [1, 2, 3, 4, 5, 6]) {
        const lines = jobLines(board, { width, height, now: 30_000 });
        expect(lines.length).toBeLessThanOrEqual(height);
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
      }
  });

  test('knows when a job validates, and what an end leaves', () => {
    apply('train a', { event: 'validating', step: 60 }, 31_000);
    expect(board.rows[0]).toMatchObject({ state: 'validating' });
    apply('train a', { event: 'eval', step: 60, loss: 0.5 }, 31_000);
    expect(board.rows[0]).toMatchObject({ state: 'training', validationLoss: 0.5 });
    board.end();
    expect(board.rows.map(({ state }) => state)).toEqual(['interrupted', 'failed', 'waiting']);
    expect(jobSummary(board, 31_000)).toContain('1 failed, 1 interrupted, 1 waiting');
  });
});
