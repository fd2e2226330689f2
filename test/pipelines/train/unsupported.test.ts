import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unsupported } from '../../../pipelines/train/unsupported.ts';
import { loadRecipe } from '../../../recipes/load.ts';
import { TRAINERS } from '../../../trainers/trainers.ts';

const errors = async (name: string, set: string[]) => unsupported(await loadRecipe(name, { set }));

test('our own trainer supports every shipped default, and each trainer what it says', async () => {
  expect(await errors('selector', [])).toEqual([]);
  for (const { name, supports } of Object.values(TRAINERS)) {
    for (const method of supports.methods) {
      for (const quantization of supports.quantizations) {
        const set = [`trainer=${name}`, `method=${method}`, `quantization=${quantization}`];
        expect(await errors('selector', set)).toEqual([]);
      }
    }
  }
});

test.each([
  ['trainer: trl', ['trainer=trl', 'method=plain']],
  ['method: activated', ['method=activated']],
  ['quantization: nf4', ['quantization=nf4']],
  ['gradient_checkpointing: true', ['gradient_checkpointing=true']],
])('together does not go with %s', async (alone, set) => {
  const [error, ...others] = await errors('selector', ['together=4', ...set]);
  expect(others).toEqual([]);
  expect(error).toMatchObject({
    details: { what: `\`together: 4\` does not go with \`${alone}\``, where: '--set together=4' },
  });
  expect(await errors('selector', ['together=4'])).toEqual([]);
});

test('what a trainer does not support is told where it stands, with the trainers that do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unsupported-'));
  const path = join(folder, 'mine.yaml');
  await writeFile(path, 'extends: selector\ntrainer: trl\nmethod: shared-prefix\n');
  const [error, ...others] = await errors(path, []);
  await rm(folder, { recursive: true });
  expect(others).toEqual([]);
  expect(error).toMatchObject({
    kind: 'input',
    details: {
      what: 'the trainer `trl` does not support `method: shared-prefix`',
      where: `${path}:3:9`,
      expected: 'method: plain',
      todo: 'set it by --set method=plain, or take a trainer that supports it: peft',
    },
  });
});
