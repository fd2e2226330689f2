import { z } from 'zod';
import { endpointShape, hasPrice, PRICE_MISSING } from '../chat/endpoint-settings.ts';
import { TEACHER_WRITER } from './query-prompts.ts';

/** `synthesize.teacher`: a chat model that writes traces beside the offline writer's. */
export const TeacherSchema = z
  .strictObject({
    ...endpointShape,
    /** Traces of each tool whose call comes first, as the offline writer makes it, and whose query the teacher writes. */
    callFirst: z.number().int().nonnegative().default(20),
    /** Chains of the same making, in all. */
    chains: z.number().int().nonnegative().default(20),
    /** Traces of several wishes in one query, and of a wrong value in it, of the same making, in all. */
    parallel: z.number().int().nonnegative().default(0),
    recovery: z.number().int().nonnegative().default(0),
    /** Traces of each tool whose query comes first; the teacher then makes the calls as well, in the sandbox. */
    queryFirst: z.number().int().nonnegative().default(10),
  })
  .refine(hasPrice, PRICE_MISSING);
export type TeacherSettings = z.infer<typeof TeacherSchema>;

/** The part of the settings that decides what the traces are; the rest says how they are come by, and may change on the way. */
export function decisiveSettings({
  baseUrl,
  model,
  parameters,
  callFirst,
  chains,
  parallel,
  recovery,
  queryFirst,
}: TeacherSettings): Record<string, unknown> {
  return { writer: TEACHER_WRITER, baseUrl, model, parameters, callFirst, chains, parallel, recovery, queryFirst };
}
