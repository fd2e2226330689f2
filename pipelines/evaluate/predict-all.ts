import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { Executor } from './executor.ts';
import { judge, type Tools } from './judge.ts';
import { type Ahead, predictAhead } from './predict-ahead.ts';
import type { PredictionLog } from './prediction-log.ts';
import type { PredictionRecord } from './prediction-record.ts';
import { NoAnswer } from './systems/no-answer.ts';
import type { OpenSystem } from './systems/open-system.ts';

export interface Predictions {
  /** Whose events these are. */
  stage: string;
  cases: readonly EvaluationCase[];
  systems: readonly OpenSystem[];
  tools: Tools;
  maxTokens: number;
  executor: Executor;
  log: PredictionLog;
  /** Filled by others; told as events. */
  warnings: string[];
  signal: AbortSignal;
}

/** A case that a system gave no answer to: neither right nor wrong. */
export interface Unscored {
  system: string;
  case: string;
  why: string;
}

export interface Predicted {
  /** Systems in order within each case. */
  records: PredictionRecord[];
  unscored: Unscored[];
}

/** An endpoint that gives this many answers in a row not is down, or its settings are wrong. */
const MOST_FAILURES = 3;

/**
 * Lets every system predict every case that the log lacks, case by case, so that an interrupted run has whole cases. A step to which an endpoint gave
 * no answer does not go into the log, so that a run which goes on asks again.
 * @throws ToolkitError where a system fails, or an endpoint several times in a row
 */
export async function* predictAll(job: Predictions): AsyncGenerator<StageEvent, Predicted, undefined> {
  const { stage, cases, systems, log, warnings, signal } = job;
  const validators = new SchemaValidators();
  const done = new Map(log.records.map((record) => [keyOf(record.system, record.case), record]));
  const ahead = predictAhead(job, (system, id) => done.has(keyOf(system, id)));
  const total = cases.length * systems.length;
  const [records, unscored]: [PredictionRecord[], Unscored[]] = [[], []];
  const failures = new Map<string, number>();
  yield { type: 'start', stage, total, resumed: done.size };
  try {
    for (const [at, one] of cases.entries()) {
      ahead.start(at);
      for (const system of systems) {
        signal.throwIfAborted();
        const { name } = system;
        const record = done.get(keyOf(name, one.id)) ?? (await predictOne(job, { one, system, ahead, validators }));
        if (record instanceof NoAnswer) {
          failures.set(name, (failures.get(name) ?? 0) + 1);
          if (failures.get(name) === MOST_FAILURES) throw located(record.cause, name, one);
          unscored.push({ system: name, case: one.id, why: record.message });
          warnings.push(`${name} gave no answer to case ${one.id}, which stays unscored: ${record.message}`);
        } else {
          failures.delete(name);
          records.push(record);
        }
        for (const message of warnings.splice(0)) yield { type: 'warning', stage, message };
        yield { type: 'progress', stage, done: records.length + unscored.length, total, note: `${name} ${one.id}` };
      }
    }
    return { records, unscored };
  } finally {
    await ahead.settle();
  }
}

interface OneStep {
  one: EvaluationCase;
  system: OpenSystem;
  ahead: Ahead;
  validators: SchemaValidators;
}

async function predictOne(
  { tools, executor, log }: Predictions,
  { one, system, ahead, validators }: OneStep,
): Promise<PredictionRecord | NoAnswer> {
  const prediction = await ahead.predict(system, one).catch((error: unknown) => {
    if (error instanceof NoAnswer) return error;
    throw error instanceof ToolkitError ? located(error, system.name, one) : error;
  });
  if (prediction instanceof NoAnswer) return prediction;
  const record = judge(system.name, one, prediction, tools, validators);
  record.executed_ok = await executor.run(one, record.predicted);
  await log.writer.write(record);
  return record;
}

function located({ details }: ToolkitError, system: string, one: EvaluationCase): ToolkitError {
  const where = [`${system}, case ${one.id}`, details.where].filter(Boolean).join(': ');
  return new ToolkitError({ ...details, where });
}

function keyOf(system: string, id: string): string {
  return JSON.stringify([system, id]);
}
