import { join } from 'node:path';
import { readJsonFile } from '../../../core/json-file.ts';
import { type SuiteResults, SuiteResultsSchema } from '../../../core/suite-results.ts';
import { type BfclMetrics, BfclMetricsSchema } from '../../bfcl/bfcl-metrics.ts';
import { RESULTS_FILE } from '../../suite/score-runs.ts';
import type { Origin } from '../provenance.ts';

/** How systems do on tasks beside the held-out steps. */
export interface Benchmarks {
  suites: readonly SuiteRun[];
  bfcl: readonly BfclRun[];
}

/** One system on the tasks of a suite. */
export interface SuiteRun {
  /** The suite, and where its tasks are from. */
  title: string;
  results: SuiteResults;
}

export interface BfclRun {
  /** Its name tells what was chosen. */
  folder: string;
  metrics: BfclMetrics;
}

/** By the names of their folders. */
const TITLES: Readonly<Record<string, string>> = {
  'mcp-bench': 'MCP-Bench',
  toolfit: 'ToolFit (held-out traces)',
  'toolfit-tasks': 'ToolFit (own tasks)',
};

/** @param origins see `readBenchmarkOrigins` */
export async function readBenchmarks(workspace: string, origins: readonly Origin[]): Promise<Benchmarks> {
  const [suites, bfcl]: [SuiteRun[], BfclRun[]] = [[], []];
  for (const { artefact } of origins) {
    const [kind, suite] = artefact.split('/');
    const folder = join(workspace, artefact);
    if (kind === 'suites') {
      const results = await readJsonFile(join(folder, RESULTS_FILE), SuiteResultsSchema);
      suites.push({ title: TITLES[suite!] ?? suite!, results });
    } else bfcl.push({ folder: artefact, metrics: await readJsonFile(join(folder, 'bfcl.json'), BfclMetricsSchema) });
  }
  return { suites, bfcl };
}

/** Names of all systems in them. */
export function benchmarkedSystems({ suites, bfcl }: Benchmarks): string[] {
  return [
    ...suites.map(({ results }) => results.system),
    ...bfcl.flatMap(({ metrics }) => Object.keys(metrics.systems)),
  ];
}
