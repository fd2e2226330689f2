import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { convertBase } from '../../trainers/gguf/gguf-convert.ts';
import { ensureLlamaCppSource } from '../../trainers/gguf/llama-cpp-source.ts';
import { preparePython } from '../prepare-python.ts';

/** The embedded base as GGUF, made where it is missing. @returns its path */
export async function* embeddedModel(context: Context): AsyncGenerator<StageEvent, string, undefined> {
  const path = join(context.workspace, 'embedded-base.gguf');
  if (existsSync(path)) return path;
  const python = yield* preparePython(context);
  await mkdir(context.workspace, { recursive: true });
  const run = { env: context.env, signal: context.signal, python };
  await convertBase({
    ...run,
    source: await ensureLlamaCppSource(run),
    base: EMBEDDED_BASE,
    outputs: [{ type: 'f16', path }],
  });
  return path;
}
