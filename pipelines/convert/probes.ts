import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { type Sample, SampleSchema } from '../../core/sample.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { Probe } from '../../trainers/gguf/gguf-probe.ts';
import type { TrainedAdapter } from './trained-adapters.ts';

/** A probe over a whole prompt, with its text. */
export interface WholeProbe extends Probe {
  text: string;
}

/** Few are enough, as every weight of an adapter takes part in every token; but on a single one the base may be too sure to be changed. */
const SAMPLES = 5;
const MOST_SCORED = 64;

/**
 * The first samples of an adapter's own task, up to the end of the first trained span: of the validation split, then of
 * the training split where that has too few.
 */
export async function readProbes(
  workspace: string,
  adapter: TrainedAdapter,
  tokenizer: Tokenizer,
): Promise<WholeProbe[]> {
  const probes: WholeProbe[] = [];
  for (const split of ['validation', 'train']) {
    for (const file of adapter.paths) {
      const path = join(workspace, 'samples', split, file);
      if (probes.length < SAMPLES && existsSync(path))
        probes.push(...(await firstProbes(path, `${adapter.name}/${split}`, tokenizer)));
    }
  }
  if (probes.length > 0) return probes.slice(0, SAMPLES);
  throw new ToolkitError({
    kind: 'input',
    what: `no sample to prove ${adapter.name} with`,
    where: join(workspace, 'samples', 'validation', adapter.paths[0]!),
    todo: 'run `pnpm pipeline build-data` again',
  });
}

async function firstProbes(path: string, name: string, tokenizer: Tokenizer): Promise<WholeProbe[]> {
  const probes: WholeProbe[] = [];
  for await (const sample of readJsonl(path, SampleSchema)) {
    const probe = probeOf(sample, tokenizer);
    if (probe !== undefined) probes.push({ ...probe, id: `${name}/${sample.id}` });
    if (probes.length === SAMPLES) break;
  }
  return probes;
}

function probeOf({ spans }: Sample, tokenizer: Tokenizer): Omit<WholeProbe, 'id'> | undefined {
  const trained = spans.findIndex(({ train }) => train);
  if (trained < 1) return undefined;
  const used = spans.slice(0, trained + 1).map(({ text }) => text);
  const ids = used.map((text) => tokenizer.encode(text));
  const from = ids.slice(0, trained).reduce((sum, tokens) => sum + tokens.length, 0);
  return { text: used.join(''), tokens: ids.flat().slice(0, from + MOST_SCORED), from };
}
