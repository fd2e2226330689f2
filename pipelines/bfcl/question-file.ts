import { z } from 'zod';
import { JsonSchemaSchema } from '../../core/tool.ts';

/** A function as BFCL writes it: its types are Python's, its texts anybody's. */
export const BfclFunctionSchema = z.object({ name: z.string(), description: z.string(), parameters: JsonSchemaSchema });
export type BfclFunction = z.infer<typeof BfclFunctionSchema>;

/** A line of a question file: turns of messages, and the functions on offer. */
export const QuestionSchema = z.object({
  id: z.string(),
  question: z.array(z.array(z.object({ role: z.string(), content: z.string() }))),
  function: z.array(BfclFunctionSchema),
});
export type Question = z.infer<typeof QuestionSchema>;

/** A line of an answer file: each call by its function's name, with the possible values of each parameter. */
export const AnswerSchema = z.object({
  id: z.string(),
  ground_truth: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))),
});
export type Answer = z.infer<typeof AnswerSchema>;
