import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readYamlFile } from '../../core/yaml-file.ts';
import { SettingsSchema } from '../../pipelines/settings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaml-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const schema = z.strictObject({ seed: z.number().default(1), safe: z.array(z.string()).default([]) });

async function read(text: string) {
  const path = join(folder, 'workspace.yaml');
  await writeFile(path, text);
  return readYamlFile(path, schema);
}

const tenOf = (name: string) => `[${Array.from({ length: 10 }, () => name).join(', ')}]`;

test.each([
  ['an alias of nothing', 'seed: 1\nsafe: [*nope]\n', '2:8: not valid YAML: the alias `*nope`: there is no `&nope`'],
  ['an alias of what it stands in', 'safe: &a [*a]\n', '1:11: not valid YAML: the alias `*a`: it stands in'],
  [
    'an alias bomb',
    `a: &a ${tenOf('x')}\nb: &b ${tenOf('*a')}\nc: &c ${tenOf('*b')}\nd: ${tenOf('*c')}\n`,
    '2:8: not valid YAML: Excessive alias count',
  ],
  ['a list', '- 1\n', '1:1: wrong value of `(the whole file)`\n  expected: keys and values'],
  ['some text', '\u0001\u0002 text', '1:1: wrong value of `(the whole file)`\n  expected: keys and values'],
])('%s is refused with its place', async (_name, text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining(`workspace.yaml:${message}`),
  });
});

test('a long value is not told in full', async () => {
  await expect(read('x'.repeat(5000))).rejects.toMatchObject({
    details: { found: expect.stringMatching(/^"x{99}…$/) },
  });
});

test('an alias that is right stands for its value', async () => {
  expect(await read('safe: [&tool files.read, *tool]\n')).toEqual({ seed: 1, safe: ['files.read', 'files.read'] });
});

test('an unknown key is told with those that there are, and the one that is meant', async () => {
  const settings = (text: string) => {
    const path = join(folder, 'workspace.yaml');
    return writeFile(path, text).then(() => readYamlFile(path, SettingsSchema));
  };
  await expect(settings('tool: {exclude: []}\n')).rejects.toMatchObject({
    details: { expected: expect.stringMatching(/^one of servers, base, seed, tools, /), todo: 'did you mean `tools`?' },
  });
  await expect(settings('tools: {exclud: []}\n')).rejects.toThrow('did you mean `tools.exclude`?');
  await expect(settings('sandbox: {files: {copi: []}}\n')).rejects.toThrow('did you mean `sandbox.files.copy`?');
  await expect(settings('tracesPerTool: 6\n')).rejects.toThrow('did you mean `synthesize.tracesPerTool`?');
});
