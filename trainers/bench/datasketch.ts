import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { runProcess } from '../core/subprocess.ts';
import { ownEnvironment } from './own-environment.ts';

const SCRIPT = join(import.meta.dirname, 'python', 'datasketch_clusters.py');

/** An environment of its own: nothing but a bench needs it. */
export const DATASKETCH_PLACE = ownEnvironment('datasketch');

const FoundSchema = z.object({ seconds: z.number(), clusters: z.array(z.number().int()) });

/** Clusters the queries in a JSON file with the Python package datasketch. @throws ToolkitError (failed) with the end of what Python says */
export async function datasketchClusters(
  { env, signal }: Pick<Context, 'env' | 'signal'>,
  python: string,
  { queries, threshold }: { queries: string; threshold: number },
): Promise<z.infer<typeof FoundSchema>> {
  const args = [SCRIPT, queries, String(threshold)];
  const { exitCode, stdout, stderrTail } = await runProcess({ name: 'datasketch', command: python, args, env, signal });
  if (exitCode === 0) return FoundSchema.parse(JSON.parse(stdout));
  throw new ToolkitError({ kind: 'failed', what: 'datasketch failed', where: queries, found: stderrTail });
}
