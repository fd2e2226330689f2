import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Sample, Task } from '../../core/sample.ts';
import type { AdapterFile } from '../../runtime/engine.ts';
import { writeBenchInputs } from '../../trainers/bench/bench-inputs.ts';
import type { BenchRun } from '../../trainers/bench/bench-script.ts';
import { convertAdapters, convertBase } from '../../trainers/gguf/gguf-convert.ts';
import { ensureLlamaCppSource } from '../../trainers/gguf/llama-cpp-source.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import { benchJob } from '../bench-training/bench-job.ts';
import { runTrainer } from '../bench-training/run-trainer.ts';
import { preparePython } from '../prepare-python.ts';
import type { ArgumentCase } from './argument-case.ts';

/** Enough that the model's matrices are most of the work, few enough that prompts of 200 tools are read within minutes. */
const LAYERS = 2;
const BATCH = 2;
const METHODS = { plain: 'shared-prefix', activated: 'activated' } as const;
const TASKS = ['selector', 'arguments'] as const;
type Kind = keyof typeof METHODS;

/** A base with the layers of Qwen2.5-0.5B and random weights, and a pair of adapters of each kind, after one step of training. */
export interface BenchModel {
  /** GGUF. */
  path: string;
  adapters: Record<Kind, Record<(typeof TASKS)[number], AdapterFile>>;
}

/** Makes the model where it is missing: about two minutes. */
export async function* benchModel(
  context: Context,
  renderer: Renderer,
  cases: readonly ArgumentCase[],
): AsyncGenerator<StageEvent, BenchModel, undefined> {
  const folder = join(context.workspace, `model-${LAYERS}-layers`);
  if (!existsSync(folder)) {
    const python = yield* preparePython(context);
    yield { type: 'progress', stage: 'model', done: 0, note: 'random weights, one step of training' };
    const making = `${folder}.making`;
    await rm(making, { recursive: true, force: true });
    await make({ env: context.env, signal: context.signal, python }, making, renderer, cases);
    await rename(making, folder);
  }
  const file = (kind: Kind, task: string) => ({
    name: nameOf(kind, task),
    path: join(folder, `${nameOf(kind, task)}.gguf`),
  });
  const pair = (kind: Kind) => ({ selector: file(kind, 'selector'), arguments: file(kind, 'arguments') });
  return { path: join(folder, 'base.gguf'), adapters: { plain: pair('plain'), activated: pair('activated') } };
}

function nameOf(kind: Kind, task: string): string {
  return `${kind}-${task}`;
}

async function make(run: BenchRun, folder: string, renderer: Renderer, cases: readonly ArgumentCase[]): Promise<void> {
  const base = join(folder, 'base');
  await mkdir(folder, { recursive: true });
  const shape = { folder: base, tokenizer: EMBEDDED_BASE, shape: 'qwen2.5-0.5b', layers: LAYERS };
  await writeBenchInputs(run, folder, { base: shape, files: [] });
  const jobs: string[] = [];
  for (const task of TASKS) {
    const train = join(folder, `${task}.jsonl`);
    const lines = cases.slice(0, BATCH).map((one, index) => JSON.stringify(sampleOf(task, renderer, one, index)));
    await writeFile(train, `${lines.join('\n')}\n`);
    for (const [kind, method] of Object.entries(METHODS)) {
      const recipe = { task, method, batch_size: BATCH, max_steps: 1 };
      jobs.push(
        await benchJob({
          folder: join(folder, 'jobs'),
          name: nameOf(kind as Kind, task),
          base,
          train: [train],
          recipe,
        }),
      );
    }
  }
  await runTrainer(run, peftTrainer(run.python), jobs);
  const converting = { ...run, source: await ensureLlamaCppSource(run), base };
  await convertBase({ ...converting, outputs: [{ type: 'f16', path: join(folder, 'base.gguf') }] });
  const names = TASKS.flatMap((task) => Object.keys(METHODS).map((kind) => nameOf(kind as Kind, task)));
  const adapters = names.map((name) => ({
    name,
    folder: join(folder, 'jobs', name),
    path: join(folder, `${name}.gguf`),
  }));
  const staging = join(folder, 'staging');
  await Array.fromAsync(convertAdapters({ ...converting, baseHash: '', type: 'f16', staging, adapters }));
}

function sampleOf(
  task: Task,
  renderer: Renderer,
  { messages, tools, tool, ...call }: ArgumentCase,
  index: number,
): Sample {
  const [prompt, span] =
    task === 'selector'
      ? [renderer.selectorPrompt(messages, tools), renderer.nameSpan(tool.promptName)]
      : [renderer.argumentsPrompt(messages, tools, tool.promptName), renderer.argumentsSpan(tool, call.arguments)];
  return {
    id: `${task}-${index}`,
    task,
    spans: [
      { text: prompt, train: false },
      { text: span, train: true },
    ],
    meta: { trace: `${index}`, steps: [0], split: 'train', catalogue: 'none' },
  };
}
