import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundledAdapter } from '../../../../core/bundle.ts';
import { adapterFile } from '../../../../pipelines/convert/bundle-files.ts';
import type { LaunchBundle } from '../../../../pipelines/convert/launch/launch-bundle.ts';
import { shellWord } from '../../../../pipelines/convert/launch/shell-word.ts';
import { launchFiles, writeLaunchFiles } from '../../../../pipelines/convert/launch/write-launch-files.ts';
import { slugs } from '../../../../pipelines/discover/names.ts';

const run = promisify(execFile);
const distance = { max: 0, mean: 0 };
const parity = { tokens: 1, f32: distance, served: distance };

function adapter(name: string, rest: Partial<BundledAdapter> = {}): BundledAdapter {
  const effect = { peft: distance, engine: distance };
  const about = { rank: 8, alpha: 16, rslora: false, sha256: 'sha256:0', source: `sha256:${'ab'.repeat(32)}` };
  return { name, task: 'arguments', file: adapterFile(name), ...about, parity: { ...parity, effect }, ...rest };
}

/** What a server may call its tools. */
const HOSTILE = ['$(touch owned)', "a'; touch owned; '", '`touch owned`', '--help', '../../etc', 'new\nline', 'Ü'];
const named = slugs(HOSTILE.map((name) => ({ server: 's', name }))).map((slug) => adapter(`arguments-${slug}`));
const BUNDLE: LaunchBundle = {
  base: { file: 'base.f16.gguf', type: 'f16', sha256: 'sha256:0', source: 'sha256:0', parity },
  adapters: [
    adapter('selector', { task: 'selector', rank: 48, source: `sha256:${'cd'.repeat(32)}` }),
    adapter('monolithic', { task: 'monolithic' }),
    adapter('arguments-activated', { invocation: [1, 2] }),
    ...named,
  ],
  stop: '<|im_end|>',
  contextSize: 5120,
};

let folder: string;
/** A bundle whose folders have names that a shell could misread, and programs that print what they are given, and where. */
let bundle: string;
let bin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launch-'));
  bundle = join(folder, 'my $(work) = "1", 2', 'bundle');
  bin = join(folder, 'bin');
  await writeLaunchFiles(bundle, BUNDLE);
  await mkdir(join(bundle, '..', 'adapters'));
  await mkdir(join(folder, 'base model'));
  await mkdir(bin);
  for (const program of ['llama-server', 'vllm']) {
    await writeFile(join(bin, program), '#!/bin/sh\npwd\nfor word in "$@"; do printf "%s\\n" "$word"; done\n');
    await chmod(join(bin, program), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function launch(script: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const PATH = `${bin}:${process.env.PATH}`;
  const { stdout } = await run(join(bundle, 'launch', script), [...args], { cwd: folder, env: { PATH, ...env } });
  const [where, ...words] = stdout.trimEnd().split('\n');
  return { where, words };
}

describe('launch files', () => {
  it('are the same for the same bundle, parse, and hold no path of this machine', async () => {
    const files = launchFiles(BUNDLE);
    expect(files).toEqual(launchFiles(structuredClone(BUNDLE)));
    for (const [name, content] of Object.entries(files)) {
      expect(await readFile(join(bundle, 'launch', name), 'utf8')).toBe(content);
      expect(content).not.toMatch(/\/(home|root|work|tmp)\//);
      if (!name.endsWith('.sh')) continue;
      for (const shell of ['sh', 'bash']) await run(shell, ['-n', join(bundle, 'launch', name)]);
      expect((await stat(join(bundle, 'launch', name))).mode & 0o111).toBe(0o111);
    }
  });

  it('start llama-server with all adapters, wherever the bundle was moved', async () => {
    const started = await launch('llama-server.sh', ['--port', '81']);
    expect(started.words).toEqual([
      ...['--model', 'base.f16.gguf', '--lora-scaled', BUNDLE.adapters.map(({ file }) => `${file}:0`).join()],
      ...['--lora-init-without-apply', '--cache-ram', '0', '--ctx-checkpoints', '0'],
      ...['--ctx-size', '5120', '--port', '81'],
    ]);
    expect(started.where).toBe(bundle);
    const moved = join(folder, 'moved');
    await rename(bundle, moved);
    const { stdout } = await run(join(moved, 'launch', 'llama-server.sh'), {
      env: { PATH: `${bin}:${process.env.PATH}` },
    });
    expect(stdout.split('\n')[0]).toBe(moved);
    await rename(moved, bundle);
  });

  it('start vLLM with the adapters that it can apply, under names of their contents', async () => {
    const base = join(folder, 'base model');
    const { words, where } = await launch('vllm.sh', ['--port', '82'], { BASE: 'base model' });
    const { adapters } = BUNDLE;
    const fit = adapters.filter(({ invocation }) => invocation === undefined);
    expect(words).toEqual([
      ...['serve', base, '--served-model-name', 'base', '--max-model-len', '5120', '--enable-lora'],
      ...['--max-lora-rank', '64', '--max-loras', '4', '--max-cpu-loras', String(fit.length), '--lora-modules'],
      'selector-cdcdcdcdcdcd=./selector',
      ...fit.slice(1).map(({ name }) => `${name}-abababababab=./${name}`),
      ...['--port', '82'],
    ]);
    expect(where).toBe(join(bundle, '..', 'adapters'));
    await expect(launch('vllm.sh')).rejects.toThrow(/BASE: is not set/);
  });

  it('name a base of the Hub, unless another is given', async () => {
    const hub = { repo: 'Qwen/Qwen2.5-0.5B-Instruct', revision: 'a'.repeat(40) };
    await writeLaunchFiles(bundle, { ...BUNDLE, hub });
    expect((await launch('vllm.sh')).words).toEqual(
      expect.arrayContaining(['serve', hub.repo, '--revision', hub.revision]),
    );
    const own = await launch('vllm.sh', [], { BASE: 'base model' });
    expect(own.words[1]).toBe(join(folder, 'base model'));
    expect(own.words).not.toContain('--revision');
  });

  it('make a model of Ollama of each adapter of the two steps that it can apply', async () => {
    const files = await readdir(join(bundle, 'launch'));
    const modelfiles = files.filter((name) => name.startsWith('Modelfile.'));
    expect(modelfiles.sort()).toEqual(
      ['selector', ...named.map(({ name }) => name)].map((name) => `Modelfile.${name}`).sort(),
    );
    expect(
      await readFile(join(bundle, 'launch', 'Modelfile.selector'), 'utf8'),
    ).toBe(`# ollama create selector -f Modelfile.selector
FROM ../base.f16.gguf
ADAPTER ../adapters/selector.gguf
TEMPLATE """{{ .Prompt }}"""
PARAMETER stop "<|im_end|>"
PARAMETER temperature 0
PARAMETER num_ctx 5120
`);
  });

  it('start a bundle without adapters too', async () => {
    await writeLaunchFiles(bundle, { ...BUNDLE, adapters: [] });
    expect((await launch('llama-server.sh')).words).toEqual([
      '--model',
      'base.f16.gguf',
      '--cache-ram',
      '0',
      '--ctx-checkpoints',
      '0',
      '--ctx-size',
      '5120',
    ]);
    expect((await launch('vllm.sh', [], { BASE: 'x/y' })).words).not.toContain('--enable-lora');
  });
});

it.each(['', 'a b', "it's", '$(x)', '`x`', 'a"b', '\\', '*', 'a\nb', '--x', '~'])(
  'shellWord quotes %j',
  async (text) => {
    const { stdout } = await run('sh', ['-c', `printf %s ${shellWord(text)}`.replace('%s ', "'[%s]' ")]);
    expect(stdout).toBe(`[${text}]`);
  },
);
