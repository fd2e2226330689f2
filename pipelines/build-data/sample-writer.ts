import { ToolkitError } from '../../core/errors.ts';
import type { Augmentation, Sample, Split } from '../../core/sample.ts';
import type { Trace } from '../../core/trace.ts';
import { type CheckTools, checkSample } from '../../datasets/check-sample.ts';
import { axolotlRows, tokenIdRows, trlRows } from '../../datasets/export-rows.ts';
import { makeSamples } from '../../datasets/make-samples.ts';
import { sampleTokens } from '../../datasets/sample-tokens.ts';
import type { ContextFit } from './context-fit.ts';
import type { RowFiles } from './row-files.ts';
import { pathOfSample } from './sample-path.ts';
import type { Tally } from './tally.ts';

export interface SampleWriterOptions {
  tools: CheckTools;
  fit: ContextFit;
  files: RowFiles;
  rejects: Tally;
  /** Samples by split and task, and traces by split. */
  counts: Tally;
  /** Told of each sample that is written. */
  onSample?: (sample: Sample) => void;
}

/** Makes, checks and writes the samples of a trace; an over-long one is counted and left out. */
export async function writeSamples(trace: Trace, split: Split, options: SampleWriterOptions): Promise<void> {
  const { tools, fit, files, rejects, counts } = options;
  const slugs = new Map([...tools.tools.values()].map(({ id, slug }) => [id, slug]));
  let whole = true;
  for (const sample of samplesOf(trace, split, options)) {
    const tokens = sampleTokens(sample, tools.encode);
    if (!fit.admit(sample, tokens.ids.length)) {
      rejects.add(`sample: ${sample.task}, longer than ${fit.contextLength} tokens`);
      whole = whole && sample.task !== 'monolithic';
      continue;
    }
    gate(sample, trace, tools);
    const path = pathOfSample(sample, slugs);
    await files.write(`${split}/${path}`, [sample]);
    counts.add(`${split} ${sample.task}`);
    options.onSample?.(sample);
    if (split === 'test') continue;
    await files.write(`exports/axolotl/${split}/${path}`, axolotlRows(sample));
    await files.write(`exports/trl/${split}/${path}`, trlRows(sample));
    await files.write(`exports/token-ids/${split}/${path}`, tokenIdRows(tokens));
  }
  // What does not fit into the context cannot be answered either: it is no test case.
  if (split === 'test' && whole) await files.write('traces-test.jsonl', [trace]);
}

/** Augmented where they all fit into the context; else without distractors, and else plain: no trace is lost by being made harder. */
function samplesOf(trace: Trace, split: Split, { tools, fit, counts }: SampleWriterOptions): Sample[] {
  const drawn = split === 'train' ? tools.augmenter?.draw(trace) : undefined;
  if (drawn === undefined) return makeSamples(trace, split, tools);
  const { distractors: _, ...fewer } = drawn;
  for (const how of [drawn, fewer] as Augmentation[]) {
    const samples = isPlain(how) ? [] : makeSamples(trace, split, tools, how);
    const lengths = samples.map((sample) => sampleTokens(sample, tools.encode).ids.length);
    if (samples.length === 0 || lengths.some((tokens) => tokens > fit.contextLength)) continue;
    if (how.mask !== undefined) counts.add('train traces masked');
    if (how.distractors !== undefined) counts.add('train traces with distractors');
    if (how !== drawn) counts.add('train traces too long for distractors');
    return samples;
  }
  counts.add('train traces too long to augment');
  return makeSamples(trace, split, tools);
}

function isPlain({ mask, distractors }: Augmentation): boolean {
  return mask === undefined && distractors === undefined;
}

/** Nothing is trained that the runtime would not do. */
function gate(sample: Sample, trace: Trace, tools: CheckTools): void {
  const failed = checkSample(sample, trace, tools).filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  throw new ToolkitError({
    kind: 'failed',
    what: 'a sample breaks the cut rule: what is trained differs from what the runtime does',
    where: sample.id,
    expected: failed.map(({ name }) => name).join('; '),
    found: failed.map(({ found }) => found).join('; '),
    todo: 'report this sample: the base’s template or tokenizer does something unforeseen',
  });
}
