import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { StageEvent } from '../../../core/event.ts';
import { writeFileAtomic } from '../../../core/json-file.ts';
import type { Tool } from '../../../core/tool.ts';
import { readArguments, type Writing, writeArguments } from '../../../runtime/arguments.ts';
import type { Engine } from '../../../runtime/engine.ts';
import { openLlamaCpp } from '../../../runtime/llama-cpp.ts';
import { argsExact } from '../../evaluate/args-exact.ts';
import { isObject } from '../../evaluate/json-type.ts';
import { generationLimit, MOST_TOKENS } from '../../evaluate/token-limit.ts';
import { openRecordLog } from '../../record-log.ts';
import { trainedPrompts } from '../../trained-prompts.ts';
import { adapterFile, baseFile } from '../bundle-files.ts';
import type { ConvertInputs } from '../inputs.ts';
import type { TrainedAdapter } from '../trained-adapters.ts';
import { candidatesOf } from './candidates-of.ts';
import { type ChoiceCase, choiceCases } from './choice-cases.ts';
import type { TriedCandidates } from './choose-adapters.ts';
import { TRIALS, type Trial, TrialSchema } from './trial.ts';

export interface TryOptions {
  workspace: string;
  /** Folder of the bundle in the making, whose files are all there. */
  place: string;
  signal: AbortSignal;
}

/**
 * Has every candidate write the arguments of its tool's validation calls, as the runtime does it: greedily, held to the schema, by the files
 * that are served. What `choices.jsonl` has already is not tried again.
 */
export async function* tryCandidates(
  inputs: ConvertInputs,
  { workspace, place, signal }: TryOptions,
): AsyncGenerator<StageEvent, TriedCandidates[], undefined> {
  const tools = await Promise.all(
    candidatesOf(inputs.catalogue.tools, inputs.adapters).map(async (one) => ({
      ...one,
      cases: await choiceCases(workspace, one.tool, inputs.seed),
    })),
  );
  const tasks = tools.flatMap(({ tool, adapters, cases }) =>
    adapters.flatMap((adapter) => cases.map((one) => ({ tool, adapter, one }))),
  );
  const path = join(place, TRIALS);
  const known = new Map<string, Trial>();
  await using open = new AsyncDisposableStack();
  const log = await openRecordLog(path, TrialSchema);
  open.defer(() => log.writer.close());
  for (const trial of log.records) known.set(keyOf(trial.source, trial.call), trial);
  let trying: Promise<Trying> | undefined;
  for (const [done, { tool, adapter, one }] of tasks.entries()) {
    const key = keyOf(adapter.hash, one.id);
    if (known.has(key)) continue;
    signal.throwIfAborted();
    trying ??= openTrying(inputs, place, open);
    const right = await writesRight(await trying, place, { tool, adapter, one }, signal);
    const trial = { adapter: adapter.name, source: adapter.hash, tool: tool.id, call: one.id, right };
    known.set(key, trial);
    await log.writer.write(trial);
    yield {
      type: 'progress',
      stage: 'convert',
      done: done + 1,
      total: tasks.length,
      note: `${adapter.name} on ${tool.id}`,
    };
  }
  await open.disposeAsync();
  const trialOf = ({ hash }: TrainedAdapter, { id }: ChoiceCase) => known.get(keyOf(hash, id))!;
  const used = tasks.map(({ adapter, tool, one }) => ({
    ...trialOf(adapter, one),
    adapter: adapter.name,
    tool: tool.id,
  }));
  await writeFileAtomic(path, used.map((trial) => `${JSON.stringify(trial)}\n`).join(''));
  return tools.map(({ tool: { id, group }, adapters, cases }) => ({
    tool: id,
    group,
    candidates: adapters.map((adapter) => ({
      candidate: adapter.candidate!,
      adapter: adapter.name,
      right: cases.map((one) => trialOf(adapter, one).right),
    })),
  }));
}

function keyOf(source: string, call: string): string {
  return `${source} ${call}`;
}

interface Trying extends Writing {
  engine: Engine;
}

/** One processor stays free, as in an evaluation. Sessions change from tool to tool: few are warm. */
async function openTrying(
  { base, prompt, type, contextLength }: ConvertInputs,
  place: string,
  open: AsyncDisposableStack,
): Promise<Trying> {
  const { renderer } = await trainedPrompts(base, prompt);
  const engine = await openLlamaCpp({
    model: join(place, baseFile(type)),
    contextSize: contextLength + MOST_TOKENS,
    threads: Math.max(1, availableParallelism() - 1),
    maxSessions: 4,
  });
  open.defer(() => engine.close());
  return { engine, renderer };
}

async function writesRight(
  { engine, renderer }: Trying,
  place: string,
  { tool, adapter, one }: { tool: Tool; adapter: TrainedAdapter; one: ChoiceCase },
  signal: AbortSignal,
): Promise<boolean> {
  const session = await engine.session({ name: adapter.name, path: join(place, adapterFile(adapter.name)) });
  const maxTokens = generationLimit(engine.tokenize(one.gold).length);
  const written = await writeArguments({ engine, renderer }, session, tool, one.prompt, { maxTokens, signal });
  const opening = renderer.completion({ call: { tool, arguments: {} }, content: '' });
  const head = opening.slice(0, opening.length - renderer.argumentsSpan(tool, {}).length);
  const gold = readArguments(renderer, head + one.gold).arguments;
  if (!isObject(gold) || !isObject(written.arguments)) return false;
  return argsExact(tool.inputSchema, { name: tool.promptName, arguments: gold }, written.arguments) === undefined;
}
