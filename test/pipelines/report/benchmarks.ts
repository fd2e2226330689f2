import { readManifest } from '../../../core/manifest.ts';
import type { SuiteAbout, ToolFitTaskResult } from '../../../core/suite-results.ts';
import { bfclSystem } from '../../../pipelines/bfcl/bfcl-metrics.ts';
import type { BfclRecord } from '../../../pipelines/bfcl/bfcl-record.ts';
import type { Category } from '../../../pipelines/bfcl/categories.ts';
import { meanJudgement } from '../../../pipelines/suite/mcp-bench/judgement.ts';
import { mcpBench } from '../../../pipelines/suite/mcp-bench/mcp-bench.ts';
import { NO_JUDGE } from '../../../pipelines/suite/suite.ts';
import { coverageOf } from '../../../pipelines/suite/toolfit/coverage.ts';
import { toolFit } from '../../../pipelines/suite/toolfit/toolfit.ts';
import { completeStage } from './complete-stage.ts';

type Inputs = Record<string, string>;

/** Puts results of both suites, and of BFCL, into a workspace, as if systems of this bundle had been run. */
export async function completeBenchmarks(workspace: string, { catalogue, bundle }: Inputs): Promise<void> {
  const ofBundle = { catalogue, bundle } as Inputs;
  const add = (folder: string, results: object, inputs: Inputs) =>
    completeSuite(`${workspace}/suites/${folder}`, results, inputs);
  await add('mcp-bench/base', mcpBenchResults('base', null), ofBundle);
  await add('mcp-bench/hosted', mcpBenchResults('hosted', 8), { catalogue: catalogue! });
  await add('toolfit-tasks/decoupled', toolFitResults(), ofBundle);
  await completeStage(workspace, 'bfcl-base-decoupled', { 'bfcl.json': bfclJson() }, { inputs: { bundle: bundle! } });
}

async function completeSuite(folder: string, results: object, inputs: Inputs): Promise<void> {
  await completeStage(folder, 'runs', { 'runs.jsonl': JSON.stringify(inputs) }, { inputs });
  const { hash } = (await readManifest(`${folder}/runs`))!;
  await completeStage(folder, 'scores', { 'results.json': JSON.stringify(results) }, { inputs: { runs: hash } });
}

function aboutOf(system: string, counts: Partial<SuiteAbout['counts']>): Omit<SuiteAbout, 'suite'> {
  return {
    ...{ version: 1, system, seed: 1, inputs: {}, judge: null, not_run: [], failed: [], ends: {} },
    counts: { found: 2, completed: 2, failed: 0, not_run: 0, not_drawn: 0, ...counts },
  };
}

/** @param points that the judge gives for everything; `null`: there is none */
function mcpBenchResults(system: string, points: number | null): object {
  const scores = {
    ...{ task_fulfillment: points!, grounding: points!, tool_appropriateness: points! },
    ...{ parameter_accuracy: points!, dependency_awareness: points!, parallelism_and_efficiency: points! },
  };
  const task = (name: string, rate: number) => ({
    ...{ task: name, servers: ['files'], end: 'answer', rounds: 3, calls: 2, calls_per_server: { files: 2 } },
    rules: {
      valid_tool_name_rate: rate,
      input_schema_compliance: rate,
      execution_success_rate: rate,
      valid_call_failure_rate: 1 - rate,
      planning_json_compliance: 1,
    },
    judged:
      points === null
        ? ({ state: 'unscored', why: NO_JUDGE } as const)
        : ({ state: 'scored', ...meanJudgement([scores]), verdicts: 5, of: 5 } as const),
  });
  const why = 'no server of the workspace is <b>Paper Search</b>';
  const about = {
    ...aboutOf(system, { found: 7, failed: 1, not_run: 3, not_drawn: 1 }),
    not_run: [{ why, tasks: ['a', 'b', 'c'] }],
    failed: [{ task: 'd', why: 'the server ended' }],
  };
  return mcpBench([]).results(about, [task('one', 1), task('two', 0.5)]);
}

function toolFitResults(): object {
  const task = (name: string, ...verdicts: (boolean | null)[]): ToolFitTaskResult => {
    const requirements = verdicts.map((satisfied) => ({
      ...{ requirement: 'reads it', by: satisfied === null ? ('judge' as const) : ('program' as const), satisfied },
    }));
    const about = { task: name, servers: ['files'], end: 'answer', rounds: 1, calls: 1 };
    return { ...about, requirements, coverage: coverageOf(requirements) };
  };
  return toolFit(['own.jsonl']).results(aboutOf('decoupled', {}), [
    task('one', true, true, false, true),
    task('two', true, null),
  ]);
}

function bfclJson(): string {
  const record = (system: string, category: Category, right: boolean | null): BfclRecord => ({
    ...{ system, category, right, case: '1', query: 'q', gold: [], predicted: [], text: '', why: '', errors: [] },
    ...{ selection: right, args_exact: right, args_ast: right, schema_valid: right },
    ...{ steps: 1, latency_ms: 1, prefilled: 1, generated: 1 },
  });
  const answers: Record<string, Partial<Record<Category, (boolean | null)[]>>> = {
    base: { irrelevance: [true, true, false, true], live_irrelevance: [true, false], simple: [false, true] },
    decoupled: { irrelevance: [true, true, false, null], live_irrelevance: [true, true], simple: [true, true] },
  };
  const categories = Object.keys(answers.base!) as Category[];
  const count = (category: Category) => answers.base![category]!.length;
  const weights = new Map(categories.map((category) => [category, count(category)]));
  const systems = Object.entries(answers).map(([system, all]) => [
    system,
    bfclSystem(
      categories.flatMap((category) => all[category]!.map((right) => record(system, category, right))),
      weights,
    ),
  ]);
  const data = categories.map((category) => [
    category,
    { questions: count(category), asked: count(category), refused: [] },
  ]);
  const about = { version: 1, seed: 1, inputs: {} };
  return JSON.stringify({ ...about, data: Object.fromEntries(data), systems: Object.fromEntries(systems) });
}
