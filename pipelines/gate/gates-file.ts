import { z } from 'zod';
import { SummarySchema } from '../../core/metrics.ts';
import { readYamlFile } from '../../core/yaml-file.ts';

const SCORES = Object.keys(SummarySchema.shape).filter((name) => name !== 'n') as [string, ...string[]];

const GateSchema = z
  .strictObject({
    /** A score of a system; its value and interval are compared. */
    score: z.enum(SCORES).optional(),
    /** Absent: the last system, the one that the work is about. */
    system: z.string().optional(),
    /** Of the cases of one group, or of one tool (`respond`: of the cases without a call); absent: of all. */
    group: z.string().optional(),
    tool: z.string().optional(),
    /** The same gate for each group, or each tool, that was evaluated. */
    each: z.enum(['group', 'tool']).optional(),
    /** In place of a score: any member of metrics.json, `systems.decoupled.latency_ms.p95`. */
    member: z.string().min(1).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    /** How far it may lie below the last release: a number, or `interval`, the lower end of the release's own 95% interval. */
    drop: z.union([z.literal('interval'), z.number().nonnegative()], '`interval`, or a number from 0 on').optional(),
    /** How far it may lie above the last release, for what should be low. */
    rise: z.number().nonnegative().optional(),
  })
  .refine(({ score, member }) => (score === undefined) !== (member === undefined), {
    message: 'either `score` or `member`',
  })
  .refine(({ min, max, drop, rise }) => [min, max, drop, rise].some((limit) => limit !== undefined), {
    message: 'a limit: `min`, `max`, `drop` or `rise`',
  })
  .refine(({ group, tool, each }) => [group, tool, each].filter((place) => place !== undefined).length <= 1, {
    message: 'one of `group`, `tool` and `each` at most',
  })
  .refine(
    ({ member, ...about }) =>
      member === undefined || ['system', 'group', 'tool', 'each'].every((name) => !(name in about)),
    {
      message: '`system`, `group`, `tool` and `each` beside `score` only: `member` names all of the way',
    },
  );
export type Gate = z.infer<typeof GateSchema>;

const GatesSchema = z.strictObject({ gates: z.array(GateSchema).min(1) });

/** The gates of a file. @throws ToolkitError (input) with line and column of every mistake */
export async function readGates(path: string): Promise<Gate[]> {
  return (await readYamlFile(path, GatesSchema)).gates;
}
