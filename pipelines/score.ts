import { z } from 'zod';
import { messageOf, ToolkitError } from '../core/errors.ts';
import { readJsonl } from '../core/jsonl.ts';
import { SchemaValidators } from '../core/schema-validators.ts';
import { type JsonSchema, JsonSchemaSchema } from '../core/tool.ts';
import { Fingerprints } from '../datasets/fingerprints.ts';
import type { PredictedCall } from './scoring/gold.ts';
import { AlsoOkAnswersSchema, GoldAnswerSchema, oneOrSeveral } from './scoring/gold-answer.ts';
import { type CallScores, scoreCalls } from './scoring/score-call.ts';
import { ShallowJsonSchema } from './scoring/shallow-json.ts';

/** What calls bear besides, as hosted models write them. */
const BESIDES = ['name', 'id', 'type'];

const PredictedSchema = z
  .looseObject({ name: z.string().nullish(), arguments: z.unknown().optional() })
  // A misspelt `arguments` would count as none.
  .refine((call) => 'arguments' in call || Object.keys(call).every((key) => BESIDES.includes(key)), {
    path: ['arguments'],
    message: 'expected `arguments`, where there are other members',
  });

/** A call, `null`, or a list of calls that were made together. */
const PredictedCallsSchema = oneOrSeveral<PredictedCall[]>(
  PredictedSchema.nullable().transform((call) => (call === null ? [] : callsIn([call]))),
  z.array(PredictedSchema).transform(callsIn),
);

/** A prediction without a name is no call. */
function callsIn(predicted: z.infer<typeof PredictedSchema>[]): PredictedCall[] {
  return predicted.flatMap(({ name, arguments: args }) =>
    typeof name === 'string' ? [{ name, arguments: args }] : [],
  );
}

const ToolSchema = z.object({ name: z.string().min(1), inputSchema: JsonSchemaSchema.default({}) });

const CaseSchema = z.object({
  id: z.union([z.string(), z.number()]),
  /** The gold's tool; may be left out where no tool should be called. */
  tool: ToolSchema.nullish(),
  /** More of them, where several may be called. */
  tools: z.array(ToolSchema).default([]),
  gold: GoldAnswerSchema,
  also_ok: AlsoOkAnswersSchema,
  predicted: PredictedCallsSchema,
  /** What was said before the call: with it, wrong values that nobody told are told from others. */
  query: z.string().optional(),
});
type Case = z.infer<typeof CaseSchema>;

export interface ScoredCase extends CallScores {
  id: string | number;
}

/**
 * Scores a file of cases, one JSON object a line, by the same rules as `evaluate`. Streams: a file may be of any length; of each id 8 bytes are kept.
 * @throws ToolkitError (input) with file and line at the first bad case, or where there is none
 */
export async function* scoreCases(file: string, signal: AbortSignal): AsyncGenerator<ScoredCase> {
  const validators = new SchemaValidators();
  let isEmpty = true;
  for await (const one of readJsonl(file, caseSchema(validators))) {
    signal.throwIfAborted();
    isEmpty = false;
    const { id, gold, also_ok, predicted, query } = one;
    const schemaOf = (name: string) => toolsOf(one).find((tool) => tool.name === name)?.inputSchema;
    const alsoOk = [...gold.alsoOk, ...also_ok];
    const scores = scoreCalls({ gold: gold.gold, alsoOk, predicted, schemaOf, told: query }, validators);
    const { mismatch: _, ...figures } = scores;
    yield { id, ...figures };
  }
  if (isEmpty) throw new ToolkitError({ kind: 'input', what: 'there is no case to score', where: file });
}

function toolsOf({ tool, tools }: Pick<Case, 'tool' | 'tools'>): Case['tools'] {
  return tool ? [tool, ...tools] : tools;
}

/** A case that is nested too deep to be walked, a schema that cannot be compiled, or an id for the second time, is an error of its line, like any other. */
function caseSchema(validators: SchemaValidators) {
  const seen = new Fingerprints({ numbered: false });
  const checkSchema = (schema: JsonSchema, path: (string | number)[], context: z.RefinementCtx) => {
    try {
      validators.check(schema);
    } catch (error) {
      const message = error instanceof ToolkitError ? error.details.what : messageOf(error);
      context.addIssue({ code: 'custom', path: [...path, 'inputSchema'], message });
    }
  };
  const checked = CaseSchema.superRefine(({ id, ...one }, context) => {
    if (!seen.isNew(JSON.stringify(id)))
      context.addIssue({ code: 'custom', path: ['id'], message: 'expected an id that no line before has' });
    if (one.tool) checkSchema(one.tool.inputSchema, ['tool'], context);
    for (const [index, { inputSchema }] of one.tools.entries()) checkSchema(inputSchema, ['tools', index], context);
  });
  return ShallowJsonSchema.pipe(checked);
}
