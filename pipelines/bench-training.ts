import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import { EMBEDDED_BASE } from '../core/project.ts';
import { writeBenchInputs } from '../trainers/bench/bench-inputs.ts';
import { type Peer, sftPeer } from '../trainers/bench/sft-peer.ts';
import { withPackages } from '../trainers/extra-packages.ts';
import { nvidiaGpus } from '../trainers/nvidia-gpus.ts';
import { peftTrainer } from '../trainers/peft.ts';
import { describeMachine, type Machine } from './bench-machine.ts';
import type { BenchSetup } from './bench-training/bench-setup.ts';
import { makespanRow } from './bench-training/makespan-row.ts';
import { memoryRow } from './bench-training/memory-row.ts';
import { queueRow } from './bench-training/queue-row.ts';
import { benchRows, type RowName, type Rows } from './bench-training/rows.ts';
import { stepRow } from './bench-training/step-row.ts';
import { togetherRow } from './bench-training/together-row.ts';
import type { TrainingRow } from './bench-training/training-row.ts';
import { preparePython } from './prepare-python.ts';

export { PEERS, type Peer } from '../trainers/bench/sft-peer.ts';

export interface TrainingBench {
  rows: readonly RowName[];
  /** How often each is measured. */
  runs: number;
  /** Which settings of SFTTrainer the times are measured beside; memory always beside the lean ones. */
  peer: Peer;
  shape: 'qwen2.5-0.5b' | 'qwen2.5-7b';
  /** Of the shape's layers. Absent: two on a processor, all on a GPU. */
  layers?: number;
  /** Of the chip, in the precision that is trained in: for the share of it. */
  peakTflops?: number;
}

export interface TrainingFigures {
  rows: TrainingRow[];
  machine: Machine;
}

/** Wide enough that matrix products are nearly all of the time, few enough that a step of the peer takes seconds. */
const LAYERS_ON_PROCESSOR = 2;

/** Measures our trainer beside TRL's SFTTrainer, in turn. @throws ToolkitError also where the two have other gradients: then nothing is measured */
export async function* benchTraining(
  context: Context,
  bench: TrainingBench,
): AsyncGenerator<StageEvent, TrainingFigures, undefined> {
  const figures: TrainingFigures = { rows: [], machine: describeMachine() };
  const cases = benchRows(join(context.workspace, 'samples'));
  const wanted = new Set<string>(bench.rows);
  if (bench.rows.some((name) => name !== 'makespan')) {
    const setup = yield* prepare(context, bench, cases);
    for (const one of cases.steps) if (wanted.has(one.name)) figures.rows.push(yield* stepRow(setup, one));
    for (const one of cases.memory) if (wanted.has(one.name)) figures.rows.push(yield* memoryRow(setup, one));
    for (const one of cases.queues) if (wanted.has(one.name)) figures.rows.push(yield* queueRow(setup, one));
    if (wanted.has('together')) figures.rows.push(yield* togetherRow(setup, cases.together));
  }
  if (wanted.has('makespan')) figures.rows.push(makespanRow('makespan'));
  return figures;
}

async function* prepare(
  context: Context,
  { runs, peer, shape, layers: wanted, peakTflops }: TrainingBench,
  { steps, memory, queues, together }: Rows,
): AsyncGenerator<StageEvent, BenchSetup, undefined> {
  const python = yield* preparePython(context, withPackages(['trl']));
  const gpus = await nvidiaGpus(context.env, context.signal);
  const layers = wanted ?? (gpus.length > 0 ? null : LAYERS_ON_PROCESSOR);
  const run = { env: context.env, signal: context.signal, python };
  const [folder, base] = [join(context.workspace, 'jobs'), join(context.workspace, `base-${shape}-${layers ?? 'all'}`)];
  for (const path of [folder, join(context.workspace, 'samples')]) await mkdir(path, { recursive: true });
  yield { type: 'progress', stage: 'inputs', done: 0, note: `${shape}, ${layers ?? 'all'} layers, random weights` };
  const parameters = await writeBenchInputs(run, context.workspace, {
    base: { folder: base, tokenizer: EMBEDDED_BASE, shape, layers },
    files: [...steps, ...memory].map(({ file }) => file).concat(queues[0]!.files, together.file),
  });
  const trainers = { ours: peftTrainer(python), peer: sftPeer(python, peer), leanPeer: sftPeer(python, 'lean') };
  return { run, ...trainers, folder, base, parameters, runs, peakTflops };
}
