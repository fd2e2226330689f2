import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resumeFrom, TRACES_FILE, UNITS_FILE } from '../../../pipelines/synthesize/progress-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'progress-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([TRACES_FILE, UNITS_FILE])('%s alone tells nothing, and is not appended to', async (name) => {
  await writeFile(join(folder, name), '{}\n');
  expect(await resumeFrom(folder)).toMatchObject({ units: 0, traces: 0 });
  expect(existsSync(join(folder, name))).toBe(false);
});

test('goes back to the last unit whose trace is whole', async () => {
  const trace = (query: string) =>
    JSON.stringify({
      id: query,
      messages: [
        { role: 'user', content: query },
        { role: 'assistant', content: 'x' },
      ],
      tools: ['a.b'],
      provenance: {
        writer: 'w',
        kind: 'respond',
        difficulty: 'easy',
        family: 'f',
        executed: false,
        seed: 1,
        catalogue: 'c',
      },
    });
  const unit = (number: number, lines: number) =>
    `${JSON.stringify({ unit: number, id: `chains#${number}`, name: 'chains', lines, rejects: { why: 1 } })}\n`;
  const whole = `${trace('Öne')}\n${trace('two')}\n`;
  await writeFile(join(folder, TRACES_FILE), `${whole}${trace('three').slice(0, 40)}`);
  await writeFile(join(folder, '.kept'), '');
  await writeFile(join(folder, UNITS_FILE), unit(0, 1) + unit(1, 1) + unit(2, 2) + unit(3, 3) + unit(4, 4).slice(0, 9));
  const { units, traces, queries, rejects, givenUp } = await resumeFrom(folder);
  expect({ units, traces, queries: [...queries], rejects: [...rejects], givenUp: [...givenUp] }).toEqual({
    units: 3,
    traces: 2,
    queries: ['öne', 'two'],
    rejects: [['why', 3]],
    givenUp: [['chains', 1]],
  });
  expect(await readFile(join(folder, TRACES_FILE), 'utf8')).toBe(whole);
  expect(await readFile(join(folder, UNITS_FILE), 'utf8')).toBe(unit(0, 1) + unit(1, 1) + unit(2, 2));
});

test('units beside which other older traces were kept are made anew', async () => {
  await Promise.all([TRACES_FILE, UNITS_FILE].map((name) => writeFile(join(folder, name), '')));
  await writeFile(join(folder, '.kept'), 'sha256:1');
  await resumeFrom(folder, 'sha256:1');
  expect(existsSync(join(folder, UNITS_FILE))).toBe(true);
  await resumeFrom(folder, 'sha256:2');
  expect(existsSync(join(folder, UNITS_FILE))).toBe(false);
});
