import { join } from 'node:path';
import type { StageEvent } from '../../../core/event.ts';
import { writeFileAtomic } from '../../../core/json-file.ts';
import { trainedPrompts } from '../../../core/prompt/trained-prompts.ts';
import type { Tool } from '../../../core/tool.ts';
import { readArguments, type Writing, writeArguments } from '../../../runtime/arguments.ts';
import type { Engine } from '../../../runtime/engine.ts';
import { generationLimit } from '../../generation-limit.ts';
import { openRecordLog } from '../../record-log.ts';
import { argsExact } from '../../scoring/args-exact.ts';
import { isObject } from '../../scoring/json-type.ts';
import { adapterFile } from '../bundle-files.ts';
import type { ConvertInputs } from '../inputs.ts';
import { openServed } from '../open-served.ts';
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

/** A call that a candidate is to write. */
interface PlannedTrial {
  tool: Tool;
  adapter: TrainedAdapter;
  one: ChoiceCase;
}

/**
 * Has every candidate write the arguments of its tool's validation calls, as the runtime does it: greedily, held to the schema, by the files
 * that are served. What `choices.jsonl` has already is not tried again.
 */
export async function* tryCandidates(
  inputs: ConvertInputs,
  options: TryOptions,
): AsyncGenerator<StageEvent, TriedCandidates[], undefined> {
  const tools = await Promise.all(
    candidatesOf(inputs.catalogue.tools, inputs.adapters).map(async (one) => ({
      ...one,
      cases: await choiceCases(options.workspace, one.tool, inputs.seed),
    })),
  );
  const planned = tools.flatMap(({ tool, adapters, cases }) =>
    adapters.flatMap((adapter) => cases.map((one): PlannedTrial => ({ tool, adapter, one }))),
  );
  const right = yield* tryAll(planned, inputs, options);
  const lines = planned.map((trial) => `${JSON.stringify(trialOf(trial, right.get(keyOf(trial))!))}\n`);
  await writeFileAtomic(join(options.place, TRIALS), lines.join(''));
  return tools.map(({ tool, adapters, cases }) => ({
    tool: tool.id,
    group: tool.group,
    candidates: adapters.map((adapter) => ({
      candidate: adapter.candidate!,
      adapter: adapter.name,
      right: cases.map((one) => right.get(keyOf({ adapter, one }))!),
    })),
  }));
}

/** Does what the log lacks. @returns whether a call was written rightly, by its key */
async function* tryAll(
  planned: readonly PlannedTrial[],
  inputs: ConvertInputs,
  { place, signal }: TryOptions,
): AsyncGenerator<StageEvent, Map<string, boolean>, undefined> {
  await using open = new AsyncDisposableStack();
  const log = await openRecordLog(join(place, TRIALS), TrialSchema);
  open.defer(() => log.writer.close());
  const done = new Map(log.records.map(({ source, call, right }) => [`${source} ${call}`, right]));
  let trying: Promise<Trying> | undefined;
  for (const [index, trial] of planned.entries()) {
    if (done.has(keyOf(trial))) continue;
    signal.throwIfAborted();
    trying ??= openTrying(inputs, place, open);
    const right = await writesRight(await trying, place, trial, signal);
    done.set(keyOf(trial), right);
    await log.writer.write(trialOf(trial, right));
    const note = `${trial.adapter.name} on ${trial.tool.id}`;
    yield { type: 'progress', stage: 'convert', done: index + 1, total: planned.length, note };
  }
  return done;
}

function trialOf({ adapter: { name, hash }, tool, one }: PlannedTrial, right: boolean): Trial {
  return { adapter: name, source: hash, tool: tool.id, call: one.id, right };
}

function keyOf({ adapter, one }: Pick<PlannedTrial, 'adapter' | 'one'>): string {
  return `${adapter.hash} ${one.id}`;
}

interface Trying extends Writing {
  engine: Engine;
}

async function openTrying(inputs: ConvertInputs, place: string, open: AsyncDisposableStack): Promise<Trying> {
  const { renderer } = await trainedPrompts(inputs.base, inputs.prompt);
  const engine = await openServed(inputs, place);
  open.defer(() => engine.close());
  return { engine, renderer };
}

async function writesRight(
  { engine, renderer }: Trying,
  place: string,
  { tool, adapter, one }: PlannedTrial,
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
