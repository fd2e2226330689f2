import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { openJsonl, readJsonl } from '../../core/jsonl.ts';
import { createRenderer } from '../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../core/prompt/load-renderer.ts';
import { segmentEncoder } from '../../core/prompt/segment-encoder.ts';
import type { Catalogue } from '../../core/tool.ts';
import { TraceSchema } from '../../core/trace.ts';
import { contextFit } from '../build-data/context-fit.ts';
import type { RowFiles } from '../build-data/row-files.ts';
import { writeSamples } from '../build-data/sample-writer.ts';
import { splitFiles, type TraceSplit } from '../build-data/split-stage.ts';
import { tally } from '../build-data/tally.ts';
import { basePath, type Settings } from '../settings.ts';
import { sampledTraces } from './sampled-traces.ts';
import type { StageSpan } from './stage-figures.ts';

export interface StagesToRun {
  settings: Settings;
  catalogue: Catalogue;
  /** The file of traces that is made. */
  traces: string;
  rows: number;
  samples: number;
}

const STAGE = 'synthesis';
const PROGRESS_EVERY = 1000;

/** Runs the stages one after another. @returns when each of them ran */
export async function* runStages(
  context: Context,
  work: StagesToRun,
): AsyncGenerator<StageEvent, StageSpan[], undefined> {
  const spans: StageSpan[] = [];
  const begin = (stage: string, traces: number) => {
    end();
    spans.push({ stage, traces, from: Date.now(), to: 0, processorSeconds: -processorSeconds() });
  };
  const end = () => {
    const last = spans.at(-1);
    if (last?.to !== 0) return;
    last.to = Date.now();
    last.processorSeconds += processorSeconds();
  };
  begin('sampling', work.rows);
  yield* sample(context, work);
  end();
  const options = { stage: STAGE, rejects: tally(), signal: context.signal };
  const parts = splitFiles({ own: [work.traces] }, work.catalogue, work.settings, options);
  let part = await parts.next();
  for (; !part.done; part = await parts.next()) {
    if (part.value.type === 'progress') begin(part.value.note!, work.rows);
    yield part.value;
  }
  end();
  begin('sample building', Math.min(work.samples, part.value.used));
  yield* build(context, work, part.value);
  end();
  return spans;
}

async function* sample(
  { signal }: Context,
  { catalogue, settings, traces, rows }: StagesToRun,
): AsyncGenerator<StageEvent> {
  const file = openJsonl(traces);
  try {
    for await (const trace of sampledTraces(catalogue, settings)) {
      signal.throwIfAborted();
      await file.write(trace);
      if (file.lines % PROGRESS_EVERY === 0) yield progress(file.lines, rows, 'sampling');
      if (file.lines >= rows) return;
    }
  } finally {
    await file.close();
  }
}

/** Makes and checks the samples of the first traces that are used, and their exports. What would be written is written out to nowhere. */
async function* build(
  context: Context,
  { catalogue, settings, traces, samples }: StagesToRun,
  { splits }: TraceSplit,
): AsyncGenerator<StageEvent> {
  const source = await loadPromptSource(basePath(context, settings));
  const tools = {
    renderer: createRenderer({ ...source, settings: settings.prompt }),
    tools: new Map(catalogue.tools.map((tool) => [tool.id, tool])),
    catalogue: catalogue.hash,
    encode: segmentEncoder(source.tokenizer),
  };
  const writer = {
    tools,
    fit: contextFit(settings.contextLength),
    files: NOWHERE,
    rejects: tally(),
    counts: tally(),
  };
  let [place, done] = [0, 0];
  for await (const trace of readJsonl(traces, TraceSchema)) {
    context.signal.throwIfAborted();
    if (done >= samples) return;
    const split = splits[place++];
    if (split === undefined) continue;
    await writeSamples(trace, split, writer);
    done += 1;
    if (done % PROGRESS_EVERY === 0) yield progress(done, samples, 'sample building');
  }
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function progress(done: number, total: number, note: string): StageEvent {
  return { type: 'progress', stage: STAGE, done, total, note };
}

/** A million traces would make some hundred gigabytes of samples and exports. */
const NOWHERE: RowFiles = {
  write: async (_, rows) => {
    for (const row of rows) JSON.stringify(row);
  },
  close: async () => {},
};
