import { readJsonl } from '../../core/jsonl.ts';
import type { SchemaValidators } from '../../core/schema-validators.ts';
import { ShallowJsonSchema } from '../scoring/shallow-json.ts';
import { type BfclCase, bfclCase } from './bfcl-case.ts';
import type { CategoryFiles } from './data-files.ts';
import { type Answer, AnswerSchema, QuestionSchema } from './question-file.ts';

/** The questions of a category. */
export interface CategoryQuestions {
  cases: BfclCase[];
  /** Questions that cannot be asked or scored, each with the reason. They count nowhere. */
  refused: { id: string; why: string }[];
}

/** @throws ToolkitError (input) with file and line where a line has another form than BFCL's */
export async function readQuestions(
  { category, questions, answers }: CategoryFiles,
  validators: SchemaValidators,
): Promise<CategoryQuestions> {
  const known = new Map<string, Answer>();
  const twice = new Set<string>();
  if (answers !== undefined) {
    for await (const one of readJsonl(answers, ShallowJsonSchema.pipe(AnswerSchema))) {
      if (known.has(one.id)) twice.add(one.id);
      known.set(one.id, one);
    }
  }
  const result: CategoryQuestions = { cases: [], refused: [] };
  const seen = new Set<string>();
  for await (const question of readJsonl(questions, ShallowJsonSchema.pipe(QuestionSchema))) {
    const { id } = question;
    const answer = known.get(id);
    const refuse = (why: string) => result.refused.push({ id, why });
    if (seen.has(id)) refuse('its id was there before');
    else if (answers !== undefined && answer === undefined) refuse('it has no possible answer');
    else if (twice.has(id)) refuse('its possible answer is there twice');
    else {
      const made = bfclCase(category, question, answer, validators);
      if (typeof made === 'string') refuse(made);
      else result.cases.push(made);
    }
    seen.add(id);
  }
  return result;
}
