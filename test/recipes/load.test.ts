import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCommit, parseHubModel } from '../../core/hub/hub-model.ts';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { recipeJsonSchema } from '../../recipes/json-schema.ts';
import { loadRecipe, recipeBases, recipeNames } from '../../recipes/load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function messageOf(name: string, set: string[] = []): Promise<string> {
  return loadRecipe(name, { set }).then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

describe('the recipes that are shipped', async () => {
  const names = await recipeNames();

  const bases = await recipeBases();

  test('are as many as they were', () => {
    expect(names.filter((name) => !bases.includes(name.split('/')[0]!))).toEqual([
      'arguments',
      'demo/arguments',
      'demo/monolithic',
      'demo/selector',
      'monolithic',
      'selector',
    ]);
    expect(bases).toHaveLength(12);
    expect(names).toHaveLength(6 + 3 * bases.length);
  });

  test.each(names)('%s loads, and opens with what it does and its command', async (name) => {
    const { recipe, source } = await loadRecipe(name);
    expect(recipe.task).toBe(name.split('/').at(-1));
    const text = await readFile(source, 'utf8');
    const head = text.slice(0, text.search(/^[^#]/m));
    const [base] = name.split('/');
    // One file for the three tasks of a base: it names the selector's command.
    expect(head).toContain(`#   pnpm train --recipe ${bases.includes(base!) ? `${base}/selector` : name}\n`);
    const schema = /yaml-language-server: \$schema=(\S+)/.exec(head)?.[1];
    expect(join(source, '..', schema!)).toBe(join(PROJECT_ROOT, 'recipes', 'schema.json'));
  });
});

test.each(await recipeBases())('the recipes for %s say which base they are for, by its commit', async (base) => {
  const text = await readFile(join(PROJECT_ROOT, 'recipes', 'bases', `${base}.yaml`), 'utf8');
  const [, reference = ''] = /^# {3}base: (hub:\S+)$/m.exec(text) ?? [];
  expect(isCommit(parseHubModel(reference)!.revision)).toBe(true);
  expect(text).toContain(`#   recipes: ${base}\n`);
  const width = /width of (\d+)/.exec(text)?.[1];
  const { recipe } = await loadRecipe(`${base}/selector`);
  if (width !== undefined) expect((recipe.optimizer.lr * Number(width)) / (5e-5 * 3584)).toBeCloseTo(1, 0);
  expect(recipe).toMatchObject({ memory: 'auto', lora: { r: 32, alpha: 64, rslora: true } });
});

test('a base and a task make one recipe, and a file may extend it', async () => {
  const path = await write('of-base.yaml', 'extends: qwen2.5-0.5b/arguments\nepochs: 9\n');
  const { recipe } = await loadRecipe(path);
  const [general, reference] = [await loadRecipe('arguments'), await loadRecipe('qwen2.5-7b-reference/arguments')];
  expect(recipe).toEqual({
    ...general.recipe,
    epochs: 9,
    optimizer: { ...general.recipe.optimizer, lr: 2e-4 },
  });
  expect(reference.recipe).toMatchObject({ method: 'plain', epochs: 4, batch_size: 16, lora: { dropout: 0.1 } });
  expect(await messageOf('qwen2.5-7/selector')).toMatch(/did you mean `qwen2.5-7b\/selector`\?/);
  const meant = 'did you mean `qwen2.5-7b/selector` or `qwen2.5-7b/arguments` or `qwen2.5-7b/monolithic`?';
  expect(await messageOf('qwen2.5-7b')).toMatch(/there is no recipe `qwen2.5-7b`/);
  expect(await messageOf('qwen2.5-7b')).toContain(meant);
  const file = join(import.meta.dirname, '../../recipes/bases/qwen2.5-7b.yaml');
  expect(await messageOf(file)).toMatch(/qwen2.5-7b.yaml: not a recipe by itself/);
  expect(await messageOf(file)).toContain(meant);
  const both = await write('own-of-base.yaml', `task: selector\nextends: ${file}\n`);
  expect((await loadRecipe(both)).recipe).toMatchObject({ task: 'selector' });
});

test('the schema for editors is that of the code (renew it with `vitest run test/recipes -u`)', async () => {
  await expect(`${JSON.stringify(recipeJsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../recipes/schema.json');
  expect(JSON.stringify(recipeJsonSchema())).not.toContain('"description":""');
});

test('a recipe extends another, nearer values win, and --set wins over all', async () => {
  await write('low.yaml', 'task: selector\nlora: {r: 8, alpha: 4}\nepochs: 7\n');
  const path = await write('high.yaml', 'extends: low.yaml\nlora: {r: 9}\n');
  const { recipe, source } = await loadRecipe(path, {
    set: ['optimizer.lr=3e-4', 'lora.target_modules=[q_proj, v_proj]'],
  });
  expect(source).toBe(path);
  expect(recipe).toMatchObject({
    task: 'selector',
    epochs: 7,
    lora: { r: 9, alpha: 4, target_modules: ['q_proj', 'v_proj'] },
  });
  expect(recipe.optimizer.lr).toBe(3e-4);
  expect((await loadRecipe(path, { set: ['lora.r=10'] })).recipe.lora.r).toBe(10);
});

test('a recipe extends one of the shipped by its name', async () => {
  const path = await write('by-name.yaml', 'extends: demo/selector\nepochs: 7\n');
  const { recipe, source } = await loadRecipe(path);
  expect(source).toBe(path);
  expect(recipe).toEqual({ ...(await loadRecipe('demo/selector')).recipe, epochs: 7 });
});

test('all errors come at once, each at its own file, line and column', async () => {
  const low = await write('wrong-low.yaml', 'task: selector\nlora:\n  rank: 3\n  alpha: big\n');
  const high = await write('wrong.yaml', 'extends: wrong-low.yaml\nbase: nowhere\nepochs: 0\noptimzer:\n  lr: 1\n');
  const message = await messageOf(high, ['optimizer.lr=fast', 'lora.dropout=0.1']);
  expect(message).toContain('7 errors');
  expect(message).toContain(`${low}:3:9: unknown key \`lora.rank\``);
  expect(message).toContain(`${low}:4:10: wrong value of \`lora.alpha\`\n    expected: number\n    found:    "big"`);
  expect(message).toContain(`${high}:2:7: wrong value of \`base\``);
  expect(message).toContain(`${high}:3:9: wrong value of \`epochs\``);
  expect(message).toContain('did you mean `optimizer`?');
  expect(message).toContain('--set optimizer.lr=fast: wrong value of `optimizer.lr`');
  expect(message).toContain(
    '--set lora.dropout=0.1: wrong value of `lora.dropout`\n    expected: must be 0 with method: shared-prefix',
  );
});

test('a section without anything in it, and keys that every object has, are told as what they are', async () => {
  const path = await write('empty-section.yaml', 'task: selector\nlora:\n#  r: 8\n');
  expect(await messageOf(path)).toMatch(/empty-section\.yaml:2:\d+: wrong value of `lora`/);
  const message = await messageOf('selector', ['constructor.x=1', 'epochs=2']);
  expect(message).toMatch(/^--set constructor\.x=1: unknown key `constructor`/);
});

test('a seed is one that every library takes', async () => {
  expect((await loadRecipe('selector', { set: ['seed=4294967295'] })).recipe.seed).toBe(2 ** 32 - 1);
  expect(await messageOf('selector', ['seed=4294967296'])).toMatch(/wrong value of `seed`/);
});

test('an early stop needs validations on the way', async () => {
  const path = await write('early.yaml', 'task: selector\nearly_stop: {patience: 2}\neval_every: 0\n');
  const message = await messageOf(path);
  expect(message).toMatch(/early\.yaml:3:13: wrong value/);
  expect(message).toContain('must be more than 0 with early_stop, which counts validations (set eval_every: 1)');
});

test('a base is found relative to the file that names it', async () => {
  const path = await write('base.yaml', `task: selector\nbase: ${relative(folder, EMBEDDED_BASE)}\n`);
  expect((await loadRecipe(path)).recipe.base).toBe(EMBEDDED_BASE);
});

test('what cannot be read is told with its place', async () => {
  const circle = await write('a.yaml', 'extends: b.yaml\n');
  await write('b.yaml', 'extends: a.yaml\n');
  expect(await messageOf(circle)).toMatch(/b\.yaml:1:10: recipes extend one another in a circle/);
  const lost = await messageOf(await write('lost.yaml', '\nextends: demo/selectr\n'));
  expect(lost).toMatch(/lost\.yaml:2:10: there is no recipe `demo\/selectr`/);
  expect(lost).toContain('demo/selector, monolithic, selector, one of them behind a base (llama3.1-8b/, ');
  expect(lost).toContain('did you mean `demo/selector`?');
  expect(await messageOf(await write('list.yaml', '- 1\n'))).toMatch(/list\.yaml: not a recipe/);
  expect(await messageOf(await write('syntax.yaml', 'a: [1\n'))).toMatch(/syntax\.yaml:\d+:\d+: not valid YAML/);
  expect(await messageOf(await write('alias.yaml', 'task: selector\nlora: &x {r: *x}\n'))).toMatch(
    /alias\.yaml:2:14: not valid YAML: the alias `\*x`: it stands in what it names/,
  );
  expect(await messageOf('selector', ['base=&x [*x]'])).toMatch(/--set base=&x \[\*x\]: not valid YAML: the alias/);
  expect(await messageOf('selector', ['base=[1'])).toMatch(/--set base=\[1: not valid YAML/);
  expect(await messageOf('selectr')).toMatch(/did you mean `selector`\?/);
  await symlink('loop', join(folder, 'loop'));
  for (const name of [join(folder, 'loop'), 'x'.repeat(300)])
    expect(await messageOf(name)).toMatch(/^there is no recipe/);
  expect(await messageOf('selector', ['epochs'])).toMatch(/--set epochs: not an override/);
});

test('what is expected is told in plain words, for a choice between forms each of them', async () => {
  expect(await messageOf('selector', ['memory=24GB'])).toContain('expected: one of "auto", "as-written", or number\n');
  expect(await messageOf('selector', ['lora.target_modules=q_proj'])).toContain('expected: "all-linear", or array\n');
  expect(await messageOf('selector', ['workers=0'])).toContain('expected: number to be >0\n');
  expect(await messageOf('selector', ['lr=1e-4'])).toContain('did you mean `optimizer.lr` or `shared.lr`?');
});
