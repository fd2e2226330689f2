import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../../core/json-file.ts';
import { RejectsSchema } from '../../import/reject-log.ts';
import type { Origin } from '../provenance.ts';

/** What one stage did not use. */
export interface StageRejects {
  stage: string;
  /** What is counted. */
  unit: string;
  /** The most frequent first. */
  reasons: { reason: string; count: number; example?: string }[];
}

const FILE = 'rejects.json';
const CountsSchema = z.record(z.string(), z.number());
const ImportedSchema = z.array(z.object({ source: z.string(), rejects: RejectsSchema }));

/** The rejects of the stages that made the data, in their order. */
export async function readRejects(workspace: string, origins: readonly Origin[]): Promise<StageRejects[]> {
  const stages: StageRejects[] = [];
  for (const { artefact, manifest } of origins) {
    const path = join(workspace, artefact, FILE);
    if (!(FILE in manifest.files)) continue;
    if (artefact === 'traces') stages.push(inOrder('synthesize', 'attempts', await readCounts(path)));
    if (artefact === 'imported') stages.push(inOrder('import', 'rows', await readImported(path)));
    if (artefact === 'samples') stages.push(inOrder('build-data', 'traces and samples', await readCounts(path)));
  }
  return stages;
}

type Reason = StageRejects['reasons'][number];

async function readCounts(path: string): Promise<Reason[]> {
  return Object.entries(await readJsonFile(path, CountsSchema)).map(([reason, count]) => ({ reason, count }));
}

async function readImported(path: string): Promise<Reason[]> {
  return (await readJsonFile(path, ImportedSchema)).flatMap(({ source, rejects }) =>
    Object.entries(rejects).map(([reason, { count, first }]) => ({
      reason: `${source}: ${reason}`,
      count,
      example: [
        `first in ${first.where}`,
        first.expected && `expected ${first.expected}`,
        first.found && `found ${first.found}`,
      ]
        .filter(Boolean)
        .join('; '),
    })),
  );
}

function inOrder(stage: string, unit: string, reasons: Reason[]): StageRejects {
  return { stage, unit, reasons: reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)) };
}
