import { z } from 'zod';
import { ownEnvironment } from '../own-environment.ts';
import { type BenchRun, benchScript } from './bench-script.ts';

/** An environment of its own: nothing but a bench needs it. */
export const DATASKETCH_PLACE = ownEnvironment('datasketch');

const FoundSchema = z.object({ seconds: z.number(), clusters: z.array(z.number().int()) });

/** Clusters queries with the Python package datasketch. @param queries path of a JSON list @returns processor seconds, and for each query the first one of its cluster */
export function datasketchClusters(
  run: BenchRun,
  { queries, threshold }: { queries: string; threshold: number },
): Promise<z.infer<typeof FoundSchema>> {
  return benchScript(run, {
    script: 'datasketch_clusters.py',
    args: [queries, String(threshold)],
    schema: FoundSchema,
  });
}
