import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { Executor } from './executor.ts';
import { judge, type Tools } from './judge.ts';
import type { PredictionLog } from './prediction-log.ts';
import type { PredictionRecord } from './prediction-record.ts';
import type { Predict } from './systems.ts';

export interface Predictions {
  /** Whose events these are. */
  stage: string;
  cases: readonly EvaluationCase[];
  systems: readonly { name: string; predict: Predict }[];
  tools: Tools;
  maxTokens: number;
  executor: Executor;
  log: PredictionLog;
  /** Filled by others; told as events. */
  warnings: string[];
  signal: AbortSignal;
}

/**
 * Lets every system predict every case that the log lacks, case by case, so that an interrupted run has whole cases.
 * @returns all records, systems in order within each case
 */
export async function* predictAll(job: Predictions): AsyncGenerator<StageEvent, PredictionRecord[], undefined> {
  const { stage, cases, systems, log, warnings, signal } = job;
  const validators = new SchemaValidators();
  const done = new Map(log.records.map((record) => [keyOf(record.system, record.case), record]));
  const total = cases.length * systems.length;
  yield { type: 'start', stage, total, resumed: done.size };
  const records: PredictionRecord[] = [];
  for (const one of cases) {
    for (const { name, predict } of systems) {
      signal.throwIfAborted();
      const record = done.get(keyOf(name, one.id)) ?? (await predictOne(job, one, name, predict, validators));
      records.push(record);
      for (const message of warnings.splice(0)) yield { type: 'warning', stage, message };
      yield { type: 'progress', stage, done: records.length, total, note: `${name} ${one.id}` };
    }
  }
  return records;
}

async function predictOne(
  { tools, maxTokens, executor, log, signal }: Predictions,
  one: EvaluationCase,
  system: string,
  predict: Predict,
  validators: SchemaValidators,
): Promise<PredictionRecord> {
  const onOffer = one.tools.map((id) => tools.byId.get(id)!);
  const prediction = await predict(one.before, onOffer, { maxTokens, signal }).catch((error: unknown) => {
    if (!(error instanceof ToolkitError)) throw error;
    const where = [`${system}, case ${one.id}`, error.details.where].filter(Boolean).join(': ');
    throw new ToolkitError({ ...error.details, where });
  });
  const record = judge(system, one, prediction, tools, validators);
  record.executed_ok = await executor.run(one, record.predicted);
  await log.writer.write(record);
  return record;
}

function keyOf(system: string, id: string): string {
  return JSON.stringify([system, id]);
}
