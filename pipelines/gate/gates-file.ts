import { existsSync } from 'node:fs';
import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import { SummarySchema } from '../../core/metrics.ts';
import { readYamlFile } from '../../core/yaml-file.ts';

const SCORES = Object.keys(SummarySchema.shape).filter((name) => name !== 'n') as [string, ...string[]];

interface Limits {
  min?: number;
  max?: number;
  drop?: 'interval' | number;
  rise?: number;
}

function limitsOf({ min, max, drop, rise }: Limits): ('interval' | number)[] {
  return [min, max, drop, rise].filter((limit) => limit !== undefined);
}

/** A `drop` of 5, meant as points, would let everything pass. */
function isShare(limit: 'interval' | number): boolean {
  return limit === 'interval' || (limit >= 0 && limit <= 1);
}

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
  .refine((gate) => limitsOf(gate).length > 0, {
    message: 'a limit: `min`, `max`, `drop` or `rise`',
  })
  .refine(({ score, ...limits }) => score === undefined || limitsOf(limits).every(isShare), {
    message: 'limits of a score from 0 to 1: it is a share, 0.1 are 10 points',
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

/** The gates of a file. @throws ToolkitError (input) where there is none, or with line and column of every mistake */
export async function readGates(path: string): Promise<Gate[]> {
  if (!existsSync(path)) {
    const todo = 'write it, or name another one by --gate, or by `publish: {gates: gates.yaml}` in workspace.yaml';
    throw new ToolkitError({ kind: 'input', what: 'there is no such file of gates', where: path, todo });
  }
  return (await readYamlFile(path, GatesSchema)).gates;
}
