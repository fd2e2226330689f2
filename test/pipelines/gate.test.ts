import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ToolkitError } from '../../core/errors.ts';
import type { Metrics } from '../../core/metrics.ts';
import { checkGates, refuseFailed } from '../../pipelines/gate.ts';
import { publishWorkspace, putBundle } from '../fixtures/publish-workspace.ts';

let folder: string;
let metrics: string;
const releases: Record<number, Metrics> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gates-'));
  const { workspace } = (await publishWorkspace()).context;
  for (const right of [1, 5, 10]) releases[right] = await putBundle(workspace, 'older', right);
  await putBundle(workspace, 'one', 6);
  metrics = join(workspace, 'evaluation', 'metrics.json');
});

async function check(gates: string, release?: Metrics) {
  const path = join(folder, 'gates.yaml');
  await writeFile(path, gates);
  return checkGates({ gates: path, metrics, release });
}

const passed = (rows: { pass: boolean }[]) => rows.map(({ pass }) => pass);

test('absolute limits hold for a system, a group, a tool, and any member', async () => {
  const rows = await check(`gates:
  - {score: call_accuracy, min: 0.6}
  - {score: call_accuracy, min: 0.61}
  - {score: args_exact, system: decoupled, group: files, min: 0.5, max: 0.55}
  - {score: selection_accuracy, tool: files.move, min: 0.6}
  - {score: selection_accuracy, tool: files.ping, min: 0.6}
  - {member: systems.decoupled.latency_ms.p95, max: 10}
  - {member: systems.decoupled.tools.files.move.schema_valid, min: 1}
  - {member: cases.n, min: 11}
`);
  expect(rows.map(({ value }) => value)).toEqual([0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 10, 1, 10]);
  expect(passed(rows)).toEqual([true, false, true, false, true, true, true, true, false]);
});

test('each tool has a row of its own', async () => {
  const rows = await check('gates: [{score: call_accuracy, each: tool, min: 0.5}]');
  expect(rows.map(({ member }) => member)).toEqual([
    'systems.decoupled.tools.files.move.call_accuracy',
    'systems.decoupled.tools.files.ping.call_accuracy',
  ]);
});

test('what is not there, or was not scored, does not pass', async () => {
  const rows = await check(`gates:
  - {score: call_accuracy, tool: files.gone, min: 0}
  - {score: call_accuracy, system: monolithic, each: tool, min: 0}
  - {member: systems.decoupled, min: 0}
`);
  expect(rows.map(({ value, pass }) => ({ value, pass }))).toEqual(Array(3).fill({ value: null, pass: false }));
});

test('a release is the measure: its interval, a number, and how far something may rise', async () => {
  const gates = 'gates: [{score: call_accuracy, drop: interval}, {score: call_accuracy, drop: 0.05}]';
  // Ten of ten: the interval begins at 0.72. Five of ten: at 0.24.
  expect(passed(await check(gates, releases[10]))).toEqual([false, false]);
  expect(passed(await check(gates, releases[5]))).toEqual([true, true]);
  const rise = (most: number) => `gates: [{score: call_accuracy, rise: ${most}}]`;
  expect(passed(await check(rise(0.4), releases[1]))).toEqual([false]);
  expect(passed(await check(rise(0.5), releases[1]))).toEqual([true]);
  const [lacking] = await check('gates: [{member: cases.n, drop: interval}]', releases[5]);
  expect(lacking).toMatchObject({ pass: false, why: 'this member has no interval' });
});

test('without a release, or where it lacks the figure, there is nothing to compare with', async () => {
  const gates = 'gates: [{score: call_accuracy, tool: files.move, drop: interval}]';
  expect(await check(gates)).toMatchObject([{ pass: true, why: 'there is no release yet' }]);
  const older = structuredClone(releases[5]!);
  delete older.systems.decoupled!.tools['files.move'];
  expect(await check(gates, older)).toMatchObject([{ pass: true, why: 'the last release has no such figure' }]);
});

test('gates that failed are named, with figure and limit', async () => {
  const rows = await check('gates: [{score: call_accuracy, min: 0.9}, {score: call_accuracy, min: 0.1}]');
  expect(() => refuseFailed(rows, 'gates.yaml')).toThrow(
    /gates\.yaml: 1 of 2 gates did not pass\n.*systems\.decoupled\.overall\.call_accuracy is 0\.6, not ≥ 0\.9/,
  );
  expect(() => refuseFailed(rows.slice(1), 'gates.yaml')).not.toThrow();
});

test('where there is no such file it says how to name one', async () => {
  const missing = checkGates({ gates: join(folder, 'gone.yaml'), metrics });
  await expect(missing).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining('--gate') });
});

test('mistakes are told with their lines, all at once', async () => {
  const wrong = check(`gates:
  - {score: call_acuracy, min: 0.5}
  - {score: call_accuracy}
  - {score: call_accuracy, minn: 0.5, max: 1}
  - {score: call_accuracy, member: cases.n, min: 1}
  - {score: call_accuracy, drop: 5}
  - {score: call_accuracy, min: 60}
`);
  const { kind, message } = (await wrong.catch((error: unknown) => error)) as ToolkitError;
  expect(kind).toBe('input');
  for (const place of [
    'gates.yaml:2:',
    'gates.yaml:3:',
    'gates.yaml:4:',
    'gates.yaml:5:',
    'gates.yaml:6:',
    'gates.yaml:7:',
  ])
    expect(message).toContain(place);
  expect(message).toContain('did you mean `gates.2.min`?');
  expect(message).toMatch(/expected: one of "selection_accuracy", "args_exact"/);
});
