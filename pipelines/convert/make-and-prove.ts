import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GgufType } from '../../core/bundle.ts';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { loadTokenizer } from '../../core/tokenizer.ts';
import { convertGguf } from '../../trainers/gguf/gguf-convert.ts';
import type { PythonRun } from '../../trainers/gguf/gguf-process.ts';
import { ensureLlamaCppSource, type LlamaCppSource } from '../../trainers/gguf/llama-cpp-source.ts';
import { preparePython } from '../prepare-python.ts';
import { adapterFile, baseFile } from './bundle-files.ts';
import { checkTokens } from './check-tokens.ts';
import { passGate } from './gate.ts';
import type { ConvertInputs } from './inputs.ts';
import { type Asking, startProbing } from './measure.ts';
import { readProbes, type WholeProbe } from './probes.ts';
import type { ProofRecords } from './proof-records.ts';
import type { TrainedAdapter } from './trained-adapters.ts';
import { windowProbes } from './window-probes.ts';

/**
 * The bundle's adapters stay in 32 bits whatever the base is served in: they are small, and so the file that is proved
 * against PEFT is the file that is served.
 */
const ADAPTER_TYPE: GgufType = 'f32';

export interface Making {
  /** Folder of the bundle in the making. */
  place: string;
  records: ProofRecords;
  /** Adapters that have not passed yet. */
  pending: readonly TrainedAdapter[];
}

/** Converts what is missing and lets it through the gate. */
export async function* makeAndProve(
  context: Context,
  inputs: ConvertInputs,
  making: Making,
): AsyncGenerator<StageEvent, void, undefined> {
  const { place, pending, records } = making;
  const done = inputs.adapters.length - pending.length;
  const say = (note: string): StageEvent => ({
    type: 'progress',
    stage: 'convert',
    done,
    total: inputs.adapters.length,
    note,
  });
  const python = yield* preparePython(context);
  yield say('unpacking the converter');
  const source = await ensureLlamaCppSource({ env: context.env, signal: context.signal });
  const probes = await allProbes(context.workspace, inputs);
  const stop = new AbortController();
  const run: PythonRun = { python, env: context.env, signal: AbortSignal.any([context.signal, stop.signal]) };
  const asking = askingOf(making, probes);
  // PEFT has its own process, and answers while its adapters are converted.
  const peft = startProbing(asking, inputs.base, run);
  try {
    yield say('converting the base and the adapters');
    const bases = baseFiles(inputs, making);
    for await (const name of convertMissing(inputs, making, { source, bases, run })) yield say(`converted ${name}`);
    const measuring = { ...asking, ...bases, peft: peft.scores, signal: run.signal };
    yield say('comparing with PEFT');
    yield* passGate({ inputs, place, records, pending, measuring });
  } finally {
    stop.abort();
    await peft.ended();
  }
}

interface Bases {
  served: string;
  f32: string;
}

/** Where the base lies as it is served, and in 32 bits for the proof alone. A file under its name is whole. */
function baseFiles({ type }: ConvertInputs, { place, records }: Making): Bases {
  const served = join(place, baseFile(type));
  return { served, f32: type === 'f32' ? served : join(records.folder, baseFile('f32')) };
}

interface Converting {
  source: LlamaCppSource;
  bases: Bases;
  run: PythonRun;
}

/** @returns the name of each adapter when it is converted */
async function* convertMissing(
  { base, baseHash, type }: ConvertInputs,
  { place, records, pending }: Making,
  { source, bases, run }: Converting,
): AsyncGenerator<string, void, undefined> {
  for (const folder of [records.folder, join(place, 'adapters')]) await mkdir(folder, { recursive: true });
  const wanted = new Map<string, GgufType>([
    [bases.served, type],
    [bases.f32, 'f32'],
  ]);
  const outputs = [...wanted].map(([path, kind]) => ({ path, type: kind })).filter(({ path }) => !existsSync(path));
  const adapters = pending.map(({ name, folder, baseHash: trainedOn }) => ({
    name,
    folder,
    path: join(place, adapterFile(name)),
    baseHash: trainedOn,
  }));
  const queue = { baseHash, type: ADAPTER_TYPE, staging: join(records.folder, 'staging'), adapters };
  yield* convertGguf({ source, base, outputs, ...run }, queue);
}

type ProbesOf = ReadonlyMap<string, readonly WholeProbe[]>;

async function allProbes(workspace: string, { base, adapters }: ConvertInputs): Promise<ProbesOf> {
  const tokenizer = await loadTokenizer(base);
  const lists = await Promise.all(
    adapters.map(async (adapter) => [adapter.name, await readProbes(workspace, adapter, tokenizer)] as const),
  );
  return new Map(lists);
}

/** One whole prompt proves positions and context on the base; the rest is shortened. */
function askingOf({ place, pending }: Making, probes: ProbesOf): Asking {
  const all = [...probes.values()].flat();
  const short = new Map(windowProbes(all).map((probe) => [probe.id, probe]));
  const longest = all.reduce((a, b) => (b.tokens.length > a.tokens.length ? b : a));
  return {
    baseProbes: [{ ...longest, id: 'whole prompt' }],
    onEngine: (engine) => checkTokens(engine, all),
    adapters: pending.map(({ name, folder }) => ({
      name,
      folder,
      path: join(place, adapterFile(name)),
      probes: probes.get(name)!.map(({ id }) => short.get(id)!),
    })),
  };
}
