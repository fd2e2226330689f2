import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageEvent } from '../../../../core/event.ts';
import { readJsonFile } from '../../../../core/json-file.ts';
import { type Metrics, MetricsSchema } from '../../../../core/metrics.ts';
import { stepsOf, type Trace } from '../../../../core/trace.ts';
import { dealtLine } from '../../../../pipelines/build-data/dealt.ts';
import { EvaluateSchema } from '../../../../pipelines/evaluate/evaluate-settings.ts';
import type { PredictionRecord } from '../../../../pipelines/evaluate/prediction-record.ts';
import { type EvaluateOptions, evaluate } from '../../../../pipelines/evaluate.ts';
import type { Completion, StubBody } from '../../../fixtures/scripted-teacher.ts';
import { stamp } from '../../../fixtures/stamp.ts';
import { type EvaluationWorkspace, evaluationWorkspace, TRACES } from '../evaluation-workspace.ts';

/** Two of each tool and two without one. */
const TRAINING: Trace[] = [1, 2].flatMap((number) => [
  training(`read ${number}`, `Show me letter ${number}.`, 'read_text_file', { path: `letter-${number}.txt` }),
  training(`write ${number}`, `Note number ${number}.`, 'write_file', { path: `${number}.txt`, content: `${number}` }),
  training(`list ${number}`, `Which papers are in folder ${number}?`, 'list_directory', { path: `${number}` }),
  training(`answer ${number}`, `Good morning, ${number}!`),
]);

function training(id: string, query: string, tool?: string, args: Record<string, unknown> = {}): Trace {
  const [call] = tool === undefined ? [] : [{ tool: `files.${tool}`, arguments: args }];
  const turns: Trace['messages'] = call
    ? [
        { role: 'assistant', call },
        { role: 'tool', content: 'done' },
      ]
    : [{ role: 'assistant', content: 'Good morning to you.' }];
  const { provenance, tools } = TRACES[0]!;
  return {
    id,
    tools,
    messages: [{ role: 'user', content: query }, ...turns],
    provenance: { ...provenance, family: id },
  };
}

/** The queries that examples may have. */
export const TRAINING_QUERIES = TRAINING.map(({ messages }) => messages[0]!.content!);

/** An evaluation workspace with training and held-out traces. @param systems `evaluate` as in workspace.yaml */
export async function systemsWorkspace(about: object): Promise<EvaluationWorkspace> {
  const place = await evaluationWorkspace();
  const { workspace } = place.context;
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await mkdir(join(workspace, 'traces'));
  await writeFile(join(workspace, 'traces', 'traces.jsonl'), lines([...TRACES, ...TRAINING]));
  const dealt = [...TRACES.map((one) => dealtLine(one, 'test')), ...TRAINING.map((one) => dealtLine(one, 'train'))];
  await writeFile(join(workspace, 'samples', 'dealt.jsonl'), lines(dealt));
  await stamp(join(workspace, 'samples'));
  place.settings.evaluate = EvaluateSchema.parse({ execute: false, ...about });
  return place;
}

export interface Evaluated {
  events: StageEvent[];
  metrics: Metrics;
  /** By system, in the order of the cases. */
  records: Map<string, PredictionRecord[]>;
}

/** Evaluates all systems of a workspace. */
export async function evaluated(
  { context, settings }: EvaluationWorkspace,
  options: EvaluateOptions = {},
): Promise<Evaluated> {
  const events = await Array.fromAsync(evaluate(context, settings, options));
  const folder = join(context.workspace, 'evaluation');
  const metrics = await readJsonFile(join(folder, 'metrics.json'), MetricsSchema);
  const text = await readFile(join(folder, 'predictions.jsonl'), 'utf8');
  const rows = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PredictionRecord);
  return { events, metrics, records: Map.groupBy(rows, ({ system }) => system) };
}

/** What a system wrote and called, or why it could not be read. */
export function answersOf(records: readonly PredictionRecord[] = []): unknown[] {
  return records.map(({ case: id, text, predicted, malformed }) => ({ id, text, predicted, malformed }));
}

/** A chat model that is always right on the held-out traces, of the tools that it is offered; examples before the question it passes over. */
export function rightAnswer({ messages, tools = [] }: StubBody): Completion {
  const start = messages.findLastIndex(({ role }) => role === 'user');
  const trace = TRACES.find((one) => one.messages[0]!.content === messages[start]!.content)!;
  const { call, content } = stepsOf(trace)[messages.slice(start).filter(({ role }) => role === 'assistant').length]!;
  const name = call?.tool.replace('files.', '');
  if (tools.length === 1 && tools[0]!.function.name !== name)
    return { call: { name: tools[0]!.function.name, arguments: '{}' } };
  return call ? { call: { name: name!, arguments: JSON.stringify(call.arguments) } } : { content };
}
