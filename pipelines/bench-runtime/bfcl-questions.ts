import { join } from 'node:path';
import { readJsonl } from '../../core/jsonl.ts';
import type { Tool } from '../../core/tool.ts';
import { AnswerSchema, QuestionSchema } from '../bfcl/question-file.ts';
import { bfclTool } from './bfcl-tool.ts';
import type { RecallCase } from './recall-case.ts';

/** Those with Python-like functions and answers. Who wrote them wrote `live_` ones for functions of their own. */
const FILES = ['simple_python', 'multiple', 'parallel', 'parallel_multiple'].flatMap((name) => [
  name,
  `live_${name}`.replace('_python', ''),
]);

export interface Questions {
  /** One of each name: BFCL defines some several times, in other words. */
  tools: Tool[];
  cases: RecallCase[];
}

/** BFCL's questions of one turn. */
export async function bfclQuestions(folder: string): Promise<Questions> {
  const tools = new Map<string, Tool>();
  const cases: RecallCase[] = [];
  for (const file of FILES) {
    const answers = new Map<string, string[]>();
    for await (const { id, ground_truth: calls } of readJsonl(
      join(folder, 'possible_answer', `BFCL_v4_${file}.json`),
      AnswerSchema,
    ))
      answers.set(id, [...new Set(calls.flatMap((call) => Object.keys(call)))]);
    for await (const { id, question, function: functions } of readJsonl(
      join(folder, `BFCL_v4_${file}.json`),
      QuestionSchema,
    )) {
      for (const one of functions) if (!tools.has(one.name)) tools.set(one.name, bfclTool(one));
      const said = question[0]!.filter(({ role }) => role === 'user').map(({ content }) => content);
      const wanted = answers.get(id);
      if (wanted !== undefined) cases.push({ query: said.join('\n'), wanted, byUser: file.startsWith('live_') });
    }
  }
  return { tools: [...tools.values()], cases };
}
