import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CACHE_FOLDER } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';

/** All that conversion needs of the source tree; the rest (kernels, server, tests) stays packed. */
const PATHS = ['convert_hf_to_gguf.py', 'convert_lora_to_gguf.py', 'conversion', 'gguf-py', 'LICENSE'];

const ReleaseSchema = z.object({ tag: z.string().regex(/^[\w.-]+$/) });

export interface LlamaCppSource {
  /** Folder that holds the conversion scripts. */
  folder: string;
  /** `v0.5.0`: the release that the engine was built from too. */
  release: string;
}

export interface SourceOptions {
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Where the unpacked source is kept. */
  cache?: string;
}

/** The release of llama.cpp that the installed engine was built from. */
export async function llamaCppRelease(): Promise<string> {
  const { tag } = await readJsonFile(join(packedFolder(), 'llama.cpp.info.json'), ReleaseSchema);
  return tag;
}

/**
 * Unpacks llama.cpp's conversion scripts from the engine's own package: one pinned version, nothing downloaded.
 * @throws ToolkitError (environment) where git or the packed source is missing
 */
export async function ensureLlamaCppSource(options: SourceOptions): Promise<LlamaCppSource> {
  const release = await llamaCppRelease();
  const cache = options.cache ?? CACHE_FOLDER;
  const folder = join(cache, `llama.cpp-${release}`);
  if (existsSync(folder)) return { folder, release };
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(`${folder}.`);
  try {
    await unpack(join(packedFolder(), 'gitRelease.bundle'), temporary, options);
    await rename(temporary, folder).catch((error: unknown) => {
      // Another process was faster: its copy is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return { folder, release };
}

function packedFolder(): string {
  const manifest = findPackageJSON('node-llama-cpp', import.meta.url);
  if (manifest !== undefined) return join(dirname(manifest), 'llama');
  throw new ToolkitError({
    kind: 'environment',
    what: 'the package node-llama-cpp is not installed',
    todo: 'run `pnpm install`',
  });
}

async function unpack(bundle: string, folder: string, options: SourceOptions): Promise<void> {
  await git(['clone', '--quiet', '--no-checkout', bundle, folder], options);
  await git(['-C', folder, 'checkout', '--quiet', 'HEAD', '--', ...PATHS], options);
  await rm(join(folder, '.git'), { recursive: true, force: true });
}

async function git(args: string[], { env, signal }: SourceOptions): Promise<void> {
  const result = await runProcess({
    name: 'git (it unpacks the llama.cpp source)',
    command: 'git',
    // No hook or filter of the user's own git set-up may run.
    args: ['-c', 'core.hooksPath=/dev/null', '-c', 'core.autocrlf=false', ...args],
    env: { ...env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' },
    signal,
  });
  if (result.exitCode === 0) return;
  throw new ToolkitError({
    kind: 'environment',
    what: 'cannot unpack the llama.cpp source with git',
    found: result.stderrTail,
    todo: 'reinstall node-llama-cpp (`pnpm install --force`) and see that git works',
  });
}
