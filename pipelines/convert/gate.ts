import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledAdapter } from '../../core/bundle.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { hashFile } from '../../core/hash.ts';
import { readAdapterConfig } from '../../trainers/gguf/gguf-adapter-config.ts';
import { PARITY_BOUNDS } from './bounds.ts';
import { adapterFile, baseFile } from './bundle-files.ts';
import type { ConvertInputs } from './inputs.ts';
import { BASE, type Measuring, measure } from './measure.ts';
import { adapterParity, baseParity, checkAdapterParity, checkParity, type Measured } from './parity.ts';
import type { ProofRecords } from './proof-records.ts';
import type { TrainedAdapter } from './trained-adapters.ts';

export interface GateOptions {
  inputs: ConvertInputs;
  place: string;
  records: ProofRecords;
  /** Those that have no record yet, converted. */
  pending: readonly TrainedAdapter[];
  measuring: Measuring;
}

/**
 * Lets the base and each adapter pass only where the engine says what PEFT says, and where the adapter does something.
 * An adapter that fails loses its file; those that pass are kept for the next run.
 * @throws ToolkitError (failed) with the figures of every adapter that failed
 */
export async function* passGate(options: GateOptions): AsyncGenerator<StageEvent, void, undefined> {
  const { inputs, pending, records } = options;
  const total = inputs.adapters.length;
  let done = total - pending.length;
  let base: Measured | undefined;
  const failures: ToolkitError[] = [];
  for await (const measured of measure(options.measuring)) {
    if (measured.name === BASE || base === undefined) {
      base = measured;
      await passBase(options, measured);
      continue;
    }
    const failure = await passAdapter(options, measured, base);
    if (failure !== undefined) failures.push(failure);
    done += 1;
    const adapter = await records.adapter(measured.name);
    yield {
      type: 'progress',
      stage: 'convert',
      done,
      total,
      note: failure ? `${measured.name}: refused` : measured.name,
    };
    if (adapter) yield { type: 'data', stage: 'convert', data: { adapter: adapter.name, ...adapter.parity } };
  }
  if (failures.length > 0) throw joinErrors('the parity gate refused adapters', failures);
}

async function passBase({ inputs, place, records }: GateOptions, measured: Measured): Promise<void> {
  const parity = baseParity(measured);
  checkParity('the base', parity, inputs.type, PARITY_BOUNDS);
  const file = baseFile(inputs.type);
  const sha256 = await hashFile(join(place, file));
  await records.saveBase({ file, type: inputs.type, sha256, source: inputs.baseHash, parity });
}

async function passAdapter(
  { pending, place, inputs, records }: GateOptions,
  measured: Measured & { name: string },
  base: Measured,
): Promise<ToolkitError | undefined> {
  const adapter = pending.find(({ name }) => name === measured.name)!;
  const file = adapterFile(adapter.name);
  const { disagreement, ...parity } = adapterParity(measured, base);
  try {
    checkAdapterParity(adapter.name, { ...parity, disagreement }, inputs.type, PARITY_BOUNDS);
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    await rm(join(place, file), { force: true });
    return error;
  }
  await records.saveAdapter(await entryOf(adapter, { file, sha256: await hashFile(join(place, file)), parity }));
  return undefined;
}

async function entryOf(
  { name, task, tool, group, folder, hash }: TrainedAdapter,
  made: Pick<BundledAdapter, 'file' | 'sha256' | 'parity'>,
): Promise<BundledAdapter> {
  const { r, lora_alpha, use_rslora, alora_invocation_tokens } = await readAdapterConfig(folder);
  const form = { rank: r, alpha: lora_alpha, rslora: use_rslora, invocation: alora_invocation_tokens ?? undefined };
  return { name, task, tool, group, ...made, source: hash, ...form };
}
