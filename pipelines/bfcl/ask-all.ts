import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { Prompts } from '../evaluate/open-systems.ts';
import type { Predict } from '../evaluate/systems.ts';
import type { RecordLog } from '../record-log.ts';
import { answerQuestion } from './answer-question.ts';
import type { BfclCase } from './bfcl-case.ts';
import type { BfclRecord } from './bfcl-record.ts';
import { judgeAnswer, unscored } from './judge-answer.ts';
import { promptTokens } from './lengths.ts';

export interface Questioning {
  /** Whose events these are. */
  stage: string;
  cases: readonly BfclCase[];
  systems: readonly { name: string; predict: Predict }[];
  prompts: Prompts;
  /** Of one generation. */
  maxTokens: number;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  validators: SchemaValidators;
  log: RecordLog<BfclRecord>;
  signal: AbortSignal;
}

/** Asks every system every question that the log lacks, question by question. @returns all records, systems in order within each question */
export async function* askAll(job: Questioning): AsyncGenerator<StageEvent, BfclRecord[], undefined> {
  const { stage, cases, systems, log, signal } = job;
  const keyOf = (...key: [system: string, category: string, id: string]) => JSON.stringify(key);
  const done = new Map(log.records.map((one) => [keyOf(one.system, one.category, one.case), one]));
  const total = cases.length * systems.length;
  yield { type: 'start', stage, total, resumed: done.size };
  const records: BfclRecord[] = [];
  for (const one of cases) {
    for (const { name, predict } of systems) {
      signal.throwIfAborted();
      const known = done.get(keyOf(name, one.category, one.id));
      const record = known ?? (await ask(job, one, name, predict));
      if (known === undefined) await log.writer.write(record);
      records.push(record);
      yield { type: 'progress', stage, done: records.length, total, note: `${name} ${one.id}` };
    }
  }
  const lost = records.filter(({ right }) => right === null);
  if (lost[0]) {
    const message = `${lost.length} of ${total} answers are unscored, the first ${lost[0].case}: ${lost[0].why}`;
    yield { type: 'warning', stage, message };
  }
  return records;
}

/** A question that a system cannot be asked (too long for the base, a name that it cannot write) is unscored; the others go on. */
async function ask(
  { prompts, maxTokens, contextSize, validators, signal }: Questioning,
  one: BfclCase,
  system: string,
  predict: Predict,
): Promise<BfclRecord> {
  const fits = (messages: readonly Message[], tools: readonly Tool[]) =>
    promptTokens(messages, tools, prompts) + maxTokens <= contextSize;
  try {
    if (!fits(one.messages, one.tools))
      return unscored(system, one, `prompt and answer take more than the ${contextSize} tokens that there is room for`);
    const answer = await answerQuestion(predict, prompts.renderer, one, { maxTokens, signal, fits });
    return judgeAnswer(system, one, answer, validators);
  } catch (error) {
    if (!(error instanceof ToolkitError) || error.kind !== 'input') throw error;
    return unscored(system, one, error.details.what);
  }
}
