import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { askAll } from '../evaluate/ask-all.ts';
import type { Prompts } from '../evaluate/open-systems.ts';
import type { OpenSystem } from '../evaluate/systems/open-system.ts';
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
  systems: readonly OpenSystem[];
  prompts: Prompts;
  /** Of one generation. */
  maxTokens: number;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  validators: SchemaValidators;
  log: RecordLog<BfclRecord>;
  signal: AbortSignal;
}

/**
 * Asks every system every question that the log lacks, see `askAll`.
 * @returns all records, systems in order within each question; then those to which an endpoint gave no answer, which are not in the log
 * @throws ToolkitError where a system fails, or an endpoint several times in a row
 */
export async function* askQuestions(job: Questioning): AsyncGenerator<StageEvent, BfclRecord[], undefined> {
  const { stage, cases, systems, log, signal } = job;
  const keyOf = (...key: [system: string, category: string, id: string]) => JSON.stringify(key);
  const done = new Map(log.records.map((one) => [keyOf(one.system, one.category, one.case), one]));
  const { records, unanswered } = yield* askAll({
    stage,
    cases,
    systems,
    warnings: [],
    signal,
    known: (system, { category, id }) => done.get(keyOf(system, category, id)),
    ask: (system, one) => ask(job, one, system),
    async record(_system, _one, answer) {
      await log.writer.write(answer);
      return answer;
    },
  });
  const all = [...records, ...unanswered.map(({ system, one, why }) => unscored(system, one, why))];
  const lost = all.filter(({ right }) => right === null);
  if (lost[0]) {
    const message = `${lost.length} of ${all.length} answers are unscored, the first ${lost[0].case}: ${lost[0].why}`;
    yield { type: 'warning', stage, message };
  }
  return all;
}

/** A question that a system cannot be asked (too long for the base, a name that it cannot write) is unscored; the others go on. */
async function ask(
  { prompts, maxTokens, contextSize, validators, signal }: Questioning,
  one: BfclCase,
  { name, predict }: OpenSystem,
): Promise<BfclRecord> {
  const fits = (messages: readonly Message[], tools: readonly Tool[]) =>
    promptTokens(messages, tools, prompts) + maxTokens <= contextSize;
  try {
    if (!fits(one.messages, one.tools))
      return unscored(name, one, `prompt and answer take more than the ${contextSize} tokens that there is room for`);
    const answer = await answerQuestion(predict, prompts.renderer, one, { maxTokens, signal, fits });
    return judgeAnswer(name, one, answer, validators);
  } catch (error) {
    if (!(error instanceof ToolkitError) || error.kind !== 'input') throw error;
    return unscored(name, one, error.details.what);
  }
}
