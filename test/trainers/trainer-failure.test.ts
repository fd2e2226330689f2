import { expect, test } from 'vitest';
import { jobFailure, processFailure } from '../../trainers/trainer-failure.ts';

test.each([
  ['out_of_memory', 'environment', /micro_batch_size/],
  ['missing_package', 'environment', /\.venv/],
  ['bad_data', 'input', /build-data/],
  ['bad_job', 'input', /job\.json/],
  ['bad_base', 'input', /`base`/],
  ['diverged', 'failed', /optimizer\.lr/],
  ['disk_full', 'environment', /space/],
  ['internal', 'failed', /again/],
] as const)('%s says what to do', (kind, expected, todo) => {
  const error = jobFailure({ event: 'error', job: 'selector', kind, message: 'the reason' });
  expect(error.kind).toBe(expected);
  expect(error.message).toMatch(/^selector: .*the reason/);
  expect(error.details.todo).toMatch(todo);
});

test('a killed process points at memory, another end shows the last lines', () => {
  const killed = processFailure('it', { exitCode: undefined, signal: 'SIGKILL', stderrTail: '', stdout: '' });
  expect(killed).toMatchObject({ kind: 'environment', message: expect.stringContaining('memory') });
  const other = processFailure('it', { exitCode: 9, signal: undefined, stderrTail: 'last line', stdout: '' });
  expect(other.message).toMatch(/exit code 9[\s\S]*last line/);
});
