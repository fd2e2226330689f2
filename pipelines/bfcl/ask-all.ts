import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { Prompts } from '../evaluate/open-systems.ts';
import { NoAnswer } from '../evaluate/systems/no-answer.ts';
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
  systems: readonly Pick<OpenSystem, 'name' | 'predict'>[];
  prompts: Prompts;
  /** Of one generation. */
  maxTokens: number;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  validators: SchemaValidators;
  log: RecordLog<BfclRecord>;
  signal: AbortSignal;
}

/** An endpoint that gives this many answers in a row not is down, or its settings are wrong. */
const MOST_FAILURES = 3;

/**
 * Asks every system every question that the log lacks, question by question. One to which an endpoint gave no answer does not go into the log: the next
 * run asks it again.
 * @returns all records, systems in order within each question
 * @throws ToolkitError where an endpoint fails several times in a row
 */
export async function* askAll(job: Questioning): AsyncGenerator<StageEvent, BfclRecord[], undefined> {
  const { stage, cases, systems, log, signal } = job;
  const keyOf = (...key: [system: string, category: string, id: string]) => JSON.stringify(key);
  const done = new Map(log.records.map((one) => [keyOf(one.system, one.category, one.case), one]));
  const total = cases.length * systems.length;
  yield { type: 'start', stage, total, resumed: done.size };
  const records: BfclRecord[] = [];
  const failures = new Map<string, number>();
  for (const one of cases) {
    for (const system of systems) {
      signal.throwIfAborted();
      const { name } = system;
      const known = done.get(keyOf(name, one.category, one.id));
      const answer = known ?? (await ask(job, one, system));
      if (answer instanceof NoAnswer) {
        failures.set(name, (failures.get(name) ?? 0) + 1);
        if (failures.get(name) === MOST_FAILURES) throw answer.cause;
        records.push(unscored(name, one, answer.message));
      } else {
        failures.delete(name);
        if (known === undefined) await log.writer.write(answer);
        records.push(answer);
      }
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
  { name, predict }: Pick<OpenSystem, 'name' | 'predict'>,
): Promise<BfclRecord | NoAnswer> {
  const fits = (messages: readonly Message[], tools: readonly Tool[]) =>
    promptTokens(messages, tools, prompts) + maxTokens <= contextSize;
  try {
    if (!fits(one.messages, one.tools))
      return unscored(name, one, `prompt and answer take more than the ${contextSize} tokens that there is room for`);
    const answer = await answerQuestion(predict, prompts.renderer, one, { maxTokens, signal, fits });
    return judgeAnswer(name, one, answer, validators);
  } catch (error) {
    if (error instanceof NoAnswer) return error;
    if (!(error instanceof ToolkitError) || error.kind !== 'input') throw error;
    return unscored(name, one, error.details.what);
  }
}
