import { z } from 'zod';
import { messageOf, ToolkitError } from '../core/errors.ts';
import { readJsonl } from '../core/jsonl.ts';
import { SchemaValidators } from '../core/schema-validators.ts';
import { JsonSchemaSchema } from '../core/tool.ts';
import { AlsoOkSchema, GoldSchema, type PredictedCall } from './scoring/gold.ts';
import { type CallScores, scoreCall } from './scoring/score-call.ts';
import { ShallowJsonSchema } from './scoring/shallow-json.ts';

/** What calls bear besides, as hosted models write them. */
const BESIDES = ['name', 'id', 'type'];

const PredictedSchema = z
  .looseObject({ name: z.string().nullish(), arguments: z.unknown().optional() })
  // A misspelt `arguments` would count as none.
  .refine((call) => 'arguments' in call || Object.keys(call).every((key) => BESIDES.includes(key)), {
    path: ['arguments'],
    message: 'expected `arguments`, where there are other members',
  })
  .nullable()
  .transform((call): PredictedCall | null =>
    call === null || call.name === null || call.name === undefined
      ? null
      : { name: call.name, arguments: call.arguments },
  );

const CaseSchema = z.object({
  id: z.union([z.string(), z.number()]),
  /** The gold's tool; may be left out where no tool should be called. */
  tool: z.object({ name: z.string().min(1), inputSchema: JsonSchemaSchema.default({}) }).nullish(),
  gold: GoldSchema,
  also_ok: AlsoOkSchema,
  predicted: PredictedSchema,
});

export interface ScoredCase extends CallScores {
  id: string | number;
}

/**
 * Scores a file of cases, one JSON object a line, by the same rules as `evaluate`. Streams: a file may be of any length; only the ids are kept.
 * @throws ToolkitError (input) with file and line at the first bad case
 */
export async function* scoreCases(file: string, signal: AbortSignal): AsyncGenerator<ScoredCase> {
  const validators = new SchemaValidators();
  for await (const one of readJsonl(file, caseSchema(validators))) {
    signal.throwIfAborted();
    const { id, tool, gold, also_ok, predicted } = one;
    const schemaOf = (name: string) => (name === tool?.name ? tool.inputSchema : undefined);
    const scores = scoreCall({ gold, alsoOk: [...gold.also_ok, ...also_ok], predicted, schemaOf }, validators);
    const { selection, args_exact, args_ast, schema_valid, why } = scores;
    yield { id, selection, args_exact, args_ast, schema_valid, why };
  }
}

/** A case that is nested too deep to be walked, a schema that cannot be compiled, or an id for the second time, is an error of its line, like any other. */
function caseSchema(validators: SchemaValidators) {
  const seen = new Set<string | number>();
  const checked = CaseSchema.superRefine(({ id, tool }, context) => {
    if (seen.has(id))
      context.addIssue({ code: 'custom', path: ['id'], message: 'expected an id that no line before has' });
    seen.add(id);
    if (!tool) return;
    try {
      validators.check(tool.inputSchema);
    } catch (error) {
      const message = error instanceof ToolkitError ? error.details.what : messageOf(error);
      context.addIssue({ code: 'custom', path: ['tool', 'inputSchema'], message });
    }
  });
  return ShallowJsonSchema.pipe(checked);
}
