import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
