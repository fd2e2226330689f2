import type { StageEvent } from '../../core/event.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { askAll } from './ask-all.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { Executor } from './executor.ts';
import { judge, type Tools } from './judge.ts';
import type { PredictionLog } from './prediction-log.ts';
import type { PredictionRecord } from './prediction-record.ts';
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

/**
 * Lets every system predict every case that the log lacks, scores it and runs it, see `askAll`.
 * @throws ToolkitError where a system fails, or an endpoint several times in a row
 */
export async function* predictAll(job: Predictions): AsyncGenerator<StageEvent, Predicted, undefined> {
  const { stage, cases, systems, tools, maxTokens, executor, log, warnings, signal } = job;
  const validators = new SchemaValidators();
  const done = new Map(log.records.map((record) => [keyOf(record.system, record.case), record]));
  const { records, unanswered } = yield* askAll({
    stage,
    cases,
    systems,
    warnings,
    signal,
    known: (system, { id }) => done.get(keyOf(system, id)),
    ask(system, one) {
      const onOffer = one.tools.map((id) => tools.byId.get(id)!);
      return system.predict(one.before, onOffer, { maxTokens, signal });
    },
    async record(system, one, prediction) {
      const record = judge(system, one, prediction, tools, validators);
      record.executed_ok = await executor.run(one, record.predicted);
      await log.writer.write(record);
      return record;
    },
  });
  return { records, unscored: unanswered.map(({ system, one, why }) => ({ system, case: one.id, why })) };
}

function keyOf(system: string, id: string): string {
  return JSON.stringify([system, id]);
}
