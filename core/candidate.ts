import { z } from 'zod';

/**
 * Adapters that can write a tool's arguments, the simplest first: fewer files, and fewer changes of adapter.
 * - `shared`: one for all tools
 * - `group`: one for the tools of a group, which starts from the shared one
 * - `own`: one for the tool, which starts from the shared one where there is one
 * - `own-from-group`, `own-from-nothing`: one for the tool, with that start
 */
export const CandidateSchema = z.enum(['shared', 'group', 'own', 'own-from-group', 'own-from-nothing']);
export type Candidate = z.infer<typeof CandidateSchema>;
