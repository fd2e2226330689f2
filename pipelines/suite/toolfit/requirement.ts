import { z } from 'zod';

const WordsSchema = z.string().refine((text) => text.trim() !== '', 'a text that is not blank');

/** One atomic requirement of a ToolFit task: one item, one field of one item, one content or range of it. */
export const RequirementSchema = z.union(
  [
    /** An item that a tool has to list, as it is listed. */
    z.strictObject({ listed: WordsSchema }),
    /** A field of an item that a tool has to show; with any value where none is given. */
    z.strictObject({
      item: WordsSchema,
      field: WordsSchema,
      value: z.union([WordsSchema, z.number(), z.boolean()]).optional(),
    }),
    /** A text that a tool has to show, but for white space. */
    z.strictObject({ content: WordsSchema }),
    /** What no program can check. */
    z.strictObject({ judged: WordsSchema }),
  ],
  { error: 'one of {listed}, {item, field, value?}, {content}, {judged}' },
);
export type Requirement = z.infer<typeof RequirementSchema>;
export type FieldRequirement = Extract<Requirement, { item: string }>;
/** What a program checks. */
export type CheckedRequirement = Exclude<Requirement, { judged: string }>;

/** A requirement in words. */
export function requirementText(requirement: Requirement): string {
  if ('judged' in requirement) return requirement.judged;
  if ('listed' in requirement) return `lists ${requirement.listed}`;
  if ('content' in requirement) return `shows the text ${JSON.stringify(requirement.content)}`;
  const { item, field, value } = requirement;
  return `shows ${field} of ${item}${value === undefined ? '' : `: ${value}`}`;
}
