import { z } from 'zod';
import { unionMessage } from '../../../core/union-message.ts';
import { SYSTEM_NAMES, type SystemName } from '../system-names.ts';

/** Also the part of a folder's name. */
export const LabelSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'a name of letters, digits, `-`, `_`, `.` and `+`, 64 at most');

/** Training examples that stand in the prompt before the conversation. */
const ExamplesSchema = z.strictObject({
  count: z.int().positive(),
  /**
   * `same`: the same ones in each step, of as many different tools as there are; `seeded`: others in each step, by chance; `nearest`: those whose
   * queries are most like what the user says (BM25).
   */
  choose: z.enum(['same', 'seeded', 'nearest']).default('same'),
});
export type ExamplesSettings = z.infer<typeof ExamplesSchema>;

const common = {
  name: LabelSchema,
  examples: ExamplesSchema.optional(),
  /** So many of the tools on offer are listed, chosen by the hierarchy (BM25). Absent: all, or for decoupled ones what `serve.hierarchy` says. */
  tools: z.int().positive().optional(),
};
/** The call is decoded as decoupled ones are: the name by exact scores, the arguments by the tool's grammar. */
const constrained = z.boolean().default(false);
/** Folder of another bundle on the same base, prompts and tools; relative to the workspace. */
const bundle = z.string().min(1).optional();
/** Who does half of the work: see `SELECTORS` and `WRITERS`, or a model of `evaluate.models`. */
const half = z.string().min(1).default('own');

const DeclaredSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('base'), ...common, constrained }),
  z.strictObject({ kind: z.literal('monolithic'), ...common, constrained, bundle }),
  z.strictObject({ kind: z.literal('decoupled'), ...common, selector: half, arguments: half, bundle }),
  /** One of `evaluate.models`; absent: that of the system's name. */
  z.strictObject({ kind: z.literal('model'), ...common, model: z.string().optional() }),
]);

/** A way to make a call. */
export type System = z.infer<typeof DeclaredSchema>;

/** An item of `evaluate.systems`: the name of a ready system, or a system. */
export const SystemSchema = z.union([z.enum(SYSTEM_NAMES), DeclaredSchema], { error: unionMessage });

/** Who may select: the bundle's selector, or the base without adapters. */
export const SELECTORS = ['own', 'base'] as const;
/** Who may write arguments: the adapters that the bundle has for the tools, its one for all tools, or the base. Also any adapter by its name. */
export const WRITERS = ['own', 'shared', 'base'] as const;

/** What the names stand for that need no declaration. */
export const READY_SYSTEMS: Record<SystemName, System> = {
  base: { name: 'base', kind: 'base', constrained: false },
  monolithic: { name: 'monolithic', kind: 'monolithic', constrained: false },
  'monolithic-constrained': { name: 'monolithic-constrained', kind: 'monolithic', constrained: true },
  'decoupled-shared': { name: 'decoupled-shared', kind: 'decoupled', selector: 'own', arguments: 'shared' },
  decoupled: { name: 'decoupled', kind: 'decoupled', selector: 'own', arguments: 'own' },
};
