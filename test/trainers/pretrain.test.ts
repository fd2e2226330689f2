import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { readYamlFile } from '../../core/yaml-file.ts';
import { PRETRAIN, runPretrainScript } from '../fixtures/pretrain-script.ts';

vi.setConfig({ testTimeout: 300_000 });

/** The recipe of the embedded base with a tiny shape. */
async function tinyRecipe(folder: string): Promise<string> {
  const recipe = await readYamlFile(join(PRETRAIN, 'pretrain.yaml'), z.record(z.string(), z.unknown()));
  const export_ = join(folder, 'base');
  await mkdir(export_);
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'])
    await copyFile(join(EMBEDDED_BASE, name), join(export_, name));
  const path = join(folder, 'pretrain.yaml');
  const tiny = {
    ...recipe,
    export: export_,
    work: join(folder, 'work'),
    shape: {
      hidden_size: 64,
      num_hidden_layers: 4,
      num_attention_heads: 8,
      intermediate_size: 64,
      initializer_range: 0.04,
    },
    seconds: { log: 1, checkpoint: 2, evaluate: 1000, export: 1000 },
    curriculum: [
      { until: 1, tools: [1, 3], conversations: [2, 3], several: 0.5, results: 0.5, longest: 900, batch: 900 },
    ],
  };
  await writeFile(path, stringify(tiny));
  return path;
}

test('pretrains, resumes from its checkpoint, and exports a base that transformers loads and that answers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pretrain-'));
  const recipe = await tinyRecipe(folder);
  const [first] = (await runPretrainScript('pretrain.py', recipe, '--steps', '3', '--workers', '1')).slice(-1);
  expect(first).toMatchObject({ event: 'done', step: 3 });

  const [again] = (await runPretrainScript('pretrain.py', recipe, '--steps', '2', '--workers', '2', '--resume')).slice(
    -1,
  );
  expect(again).toMatchObject({ event: 'done', step: 5 });
  expect(Number(again!.tokens)).toBeGreaterThan(Number(first!.tokens));

  const base = join(folder, 'base');
  expect(await readdir(base)).toEqual(
    expect.arrayContaining(['config.json', 'generation_config.json', 'model.safetensors']),
  );
  expect(JSON.parse(await readFile(join(base, 'config.json'), 'utf8'))).toMatchObject({
    hidden_size: 64,
    max_position_embeddings: 8192,
  });
  const answers = await runPretrainScript('try_base.py', base);
  expect(answers.map(({ answer }) => typeof answer)).toEqual(['string', 'string', 'string', 'string']);
});
