import { join } from 'node:path';
import { positionsOf } from '../../core/base.ts';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import type { StagePlan } from '../../core/manifest.ts';
import { seededRandom } from '../../core/random.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { openPrompts, openSystems } from '../evaluate/open-systems.ts';
import { MOST_TOKENS } from '../generation-limit.ts';
import { openRecordLog } from '../record-log.ts';
import { basePath, type Settings } from '../settings.ts';
import { askQuestions } from './ask-questions.ts';
import type { BfclCase } from './bfcl-case.ts';
import type { BfclChoice } from './bfcl-choice.ts';
import { type BfclMetrics, bfclSystem } from './bfcl-metrics.ts';
import { type BfclRecord, BfclRecordSchema } from './bfcl-record.ts';
import { bfclSystems } from './bfcl-systems.ts';
import type { Category } from './categories.ts';
import type { CategoryFiles } from './data-files.ts';
import { answerLimit, longestPrompt } from './lengths.ts';
import { type CategoryQuestions, readQuestions } from './read-questions.ts';

export interface BfclJob {
  context: Context;
  settings: Settings;
  choice: BfclChoice;
  files: readonly CategoryFiles[];
  plan: StagePlan;
  /** Where to write. */
  folder: string;
}

/** The questions of the chosen categories, and which of them are asked. */
interface ChosenQuestions {
  questions: Map<Category, CategoryQuestions>;
  asked: BfclCase[];
}

/** Asks what is not answered in the folder yet, and writes `bfcl.json`. */
export async function* runBfcl(job: BfclJob): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const { context, settings, folder, plan } = job;
  const validators = new SchemaValidators();
  const chosen = await chooseQuestions(job, validators);
  for (const message of refusals(chosen)) yield { type: 'warning', stage: plan.stage, message };
  const { asked } = chosen;
  if (asked.length === 0) throw new ToolkitError({ kind: 'input', what: 'there is no question to ask' });
  const chosenSystems = bfclSystems(settings, job.choice);
  const names = chosenSystems.map(({ name }) => name);
  const open = new AsyncDisposableStack();
  try {
    const prompts = await openPrompts(context, settings);
    const needed = Math.max(settings.contextLength + MOST_TOKENS, longestPrompt(asked, prompts) + 2 * MOST_TOKENS);
    const contextSize = Math.min(needed, await positionsOf(basePath(context, settings)));
    const maxTokens = answerLimit(asked, prompts.renderer, prompts.tokenizer.encode);
    const limits = { contextSize, maxTokens };
    const { systems, close } = await openSystems(context, settings, {
      chosen: chosenSystems,
      prompts,
      tools: [],
      ...limits,
    });
    open.defer(close);
    const log = await openRecordLog(join(folder, 'answers.jsonl'), BfclRecordSchema);
    open.defer(() => log.writer.close());
    const records = yield* askQuestions({
      stage: plan.stage,
      cases: asked,
      systems,
      prompts,
      ...limits,
      validators,
      log,
      signal: context.signal,
    });
    await writeJsonFile(join(folder, 'bfcl.json'), metricsOf(plan, chosen, names, records));
    const refused = [...chosen.questions.values()].reduce((sum, one) => sum + one.refused.length, 0);
    return { questions: asked.length, refused, systems: names.length, answers: records.length };
  } finally {
    await open.disposeAsync();
  }
}

async function chooseQuestions(
  { files, choice: { limit }, plan: { seed } }: BfclJob,
  validators: SchemaValidators,
): Promise<ChosenQuestions> {
  const questions = new Map<Category, CategoryQuestions>();
  for (const one of files) questions.set(one.category, await readQuestions(one, validators));
  const asked = [...questions].flatMap(([category, { cases }]) => {
    if (limit === undefined || limit >= cases.length) return cases;
    const drawn = new Set(seededRandom(seed, 'bfcl', category).sample(cases, limit));
    return cases.filter((one) => drawn.has(one));
  });
  return { questions, asked };
}

function refusals({ questions }: ChosenQuestions): string[] {
  return [...questions].flatMap(([category, { cases, refused }]) => {
    const [first] = refused;
    if (first === undefined) return [];
    const of = `${refused.length} of ${cases.length + refused.length}`;
    return [`${category}: ${of} questions are left out (all in bfcl.json), the first ${first.id}: ${first.why}`];
  });
}

function metricsOf(
  { seed, inputs }: StagePlan,
  { questions, asked }: ChosenQuestions,
  systems: readonly string[],
  records: readonly BfclRecord[],
): BfclMetrics {
  const weights = new Map([...questions].map(([category, { cases }]) => [category, cases.length]));
  const data = [...questions].map(([name, { cases, refused }]) => [
    name,
    {
      questions: cases.length + refused.length,
      asked: asked.filter(({ category }) => category === name).length,
      refused,
    },
  ]);
  const figures = systems.map((name) => [
    name,
    bfclSystem(
      records.filter(({ system }) => system === name),
      weights,
    ),
  ]);
  return { version: 1, seed, data: Object.fromEntries(data), systems: Object.fromEntries(figures), inputs };
}
