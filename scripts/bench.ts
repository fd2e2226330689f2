import { Command, InvalidArgumentError, Option } from 'commander';
import { joinErrors, ToolkitError } from '../core/errors.ts';
import { ablationTable } from '../pipelines/ablation/ablation-table.ts';
import { CONDITIONS, TRAINING_TRACES } from '../pipelines/ablation/conditions.ts';
import { type AblationRow, ablationRow, runAblation } from '../pipelines/ablation.ts';
import { benchRegenerate } from '../pipelines/bench-regenerate.ts';
import type { BenchFigures } from '../pipelines/bench-row.ts';
import { benchRuntime, RUNTIME_ROWS, type RuntimeBench } from '../pipelines/bench-runtime.ts';
import { benchSynthesis, type SynthesisFigures } from '../pipelines/bench-synthesis.ts';
import { ROW_NAMES } from '../pipelines/bench-training/rows.ts';
import {
  benchTraining,
  PEERS,
  type Peer,
  type TrainingBench,
  type TrainingFigures,
} from '../pipelines/bench-training.ts';
import { effectTable } from '../pipelines/effect/effect-table.ts';
import { VARIANTS } from '../pipelines/effect/variants.ts';
import { type EffectRow, effectRow, runEffect } from '../pipelines/effect.ts';
import { REAL_SERVERS } from '../pipelines/real-servers/real-servers.ts';
import { realServersTable } from '../pipelines/real-servers/real-servers-table.ts';
import { type RealServerRow, tryServer } from '../pipelines/real-servers.ts';
import { boundText } from './cli/bound-text.ts';
import { makeContext, runMain } from './cli/command.ts';
import { drawStages } from './cli/draw-events.ts';
import { synthesisText } from './cli/print-synthesis.ts';
import { trainingText } from './cli/print-training.ts';
import { parseSeed } from './cli/workspace-flags.ts';

interface ServersFlags {
  server: string[];
  workspace: string;
  json?: boolean;
}

interface EffectFlags {
  variant: string[];
  seeds: number[];
  workspace: string;
  json?: boolean;
}

interface AblationFlags {
  condition: string[];
  seeds: number[];
  traces: number;
  workspace: string;
  json?: boolean;
}

interface TrainingFlags extends Omit<TrainingBench, 'rows' | 'layers'> {
  row: TrainingBench['rows'];
  layers?: number;
  workspace: string;
  json?: boolean;
}

interface RuntimeFlags extends Omit<RuntimeBench, 'rows'> {
  row: RuntimeBench['rows'];
  workspace: string;
  json?: boolean;
}

interface RegenerateFlags {
  repeats: number;
  traces: number;
  workspace: string;
  json?: boolean;
}

interface SynthesisFlags {
  rows: number;
  samples: number;
  peerRows: number;
  runs: number;
  workspace: string;
  json?: boolean;
}

await runMain(async (signal) => {
  const program = new Command('pnpm bench')
    .description('Measures what the toolkit claims.')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)');
  program
    .command('effect')
    .description(
      'when decoupling pays: base, monolithic and decoupled on variants of the demo (8 to 20 minutes for each variant and seed on 2 cores: all of them take hours; an interrupted measurement goes on)',
    )
    .addOption(
      new Option('--variant <name...>', 'only these').choices(names()).default(names(), 'all of them in this order'),
    )
    .option('--seeds <numbers>', 'seeds, separated by commas', parseSeeds, [1])
    .option('-w, --workspace <folder>', 'where the workspaces of all runs lie', '.cache/effect')
    .option('--json', 'print the rows as JSON on stdout')
    .action((flags: EffectFlags) => effect(flags, signal));
  program
    .command('ablation')
    .description(
      'what verification, hard cases and dedupe of training data are worth, and whether the methods of training differ: the decoupled system on the same held-out steps (6 conditions of 5 to 10 minutes a seed on 2 cores; an interrupted measurement goes on)',
    )
    .addOption(
      new Option('--condition <name...>', 'only these, and what they are compared with')
        .choices(conditionNames())
        .default(conditionNames(), 'all of them in this order'),
    )
    .option('--seeds <numbers>', 'seeds of the training data, separated by commas', parseSeeds, [1])
    .option('--traces <number>', 'training traces of each run', parseCount, TRAINING_TRACES)
    .option('-w, --workspace <folder>', 'where the workspaces of all runs lie', '.cache/ablation')
    .option('--json', 'print the rows as JSON on stdout')
    .action((flags: AblationFlags) => ablation(flags, signal));
  program
    .command('synthesis')
    .description(
      'traces/s and memory of sampling, checking, dedupe and sample building, without servers; dedupe beside the Python package datasketch (fetches it, says how large it is; a million traces take 1 GB of disk meanwhile)',
    )
    .option('--rows <number>', 'traces', parseCount, 1_000_000)
    .option('--samples <number>', 'traces of which samples are built', parseCount, 20_000)
    .option('--peer-rows <number>', 'queries that datasketch clusters too', parseCount, 50_000)
    .option('--runs <number>', 'how often it does (0: not at all)', parseCount, 3)
    .option('-w, --workspace <folder>', 'where it works', '.cache/synthesis')
    .option('--json', 'print the figures as JSON on stdout')
    .action((flags: SynthesisFlags) => synthesis(flags, signal));
  program
    .command('training')
    .description(
      'our trainer beside TRL’s SFTTrainer, in turn, on a base with random weights: equal gradients first, then times and memory (fetches TRL, says how large it is; an hour or two on 2 cores)',
    )
    .addOption(
      new Option('--row <name...>', 'only these')
        .choices(ROW_NAMES)
        .default([...ROW_NAMES], 'all of them in this order'),
    )
    .option('--runs <number>', 'how often each is measured', parsePositive, 5)
    .addOption(
      new Option(
        '--peer <settings>',
        'of SFTTrainer, for times: its defaults; lean: in the precision of ours (most processors emulate its default bfloat16, slowly); fastest: that, and without gradient checkpointing. Memory is always measured beside lean',
      )
        .choices(PEERS)
        .default('fastest' satisfies Peer),
    )
    .addOption(
      new Option('--shape <name>', 'whose layers the base has')
        .choices(['qwen2.5-0.5b', 'qwen2.5-7b'])
        .default('qwen2.5-0.5b'),
    )
    .option(
      '--layers <number>',
      'how many of them, the output layer in proportion; default: 2 on a processor, all on a GPU',
      parseCount,
    )
    .option('--peak-tflops <number>', 'of the chip, dense, in bfloat16: prints the share of it', parsePositive)
    .option('-w, --workspace <folder>', 'where it works', '.cache/bench-training/workspace')
    .option('--json', 'print the figures as JSON on stdout')
    .action((flags: TrainingFlags) => training(flags, signal));
  program
    .command('runtime')
    .description(
      'what the runtime claims: recall and time of the hierarchy on functions and questions of BFCL v4 (fetches them, says how large they are; under a minute); how often the model is evaluated to write arguments (makes the demo’s traces; some minutes); whether the selector’s search is exact, and its time; tokens evaluated again at a switch of adapters; calls beside the base’s native ones, and beside the reference implementation’s way on llama-server',
    )
    .addOption(
      new Option('--row <name...>', 'only these').choices(RUNTIME_ROWS).default([...RUNTIME_ROWS], 'all of them'),
    )
    .option('--runs <number>', 'how often times are measured', parsePositiveCount, 5)
    .option('--llama-server <command>', 'for the row tool-call')
    .option('-w, --workspace <folder>', 'where it works', '.cache/bench-runtime/workspace')
    .option('--json', 'print the figures as JSON on stdout')
    .action((flags: RuntimeFlags) => runtime(flags, signal));
  program
    .command('regenerate')
    .description(
      'what a change of a server’s tools costs beside a full build, on two real servers and the embedded base: first that exactly what is stale is made again and all else keeps its bytes, then times, and what the selector loses that goes on from what it was (some 12 minutes a repeat on 2 cores)',
    )
    .option('--repeats <number>', 'how often all is built anew, and changed', parsePositiveCount, 1)
    .option('--traces <number>', 'traces per tool', parsePositiveCount, 60)
    .option('-w, --workspace <folder>', 'where it works', '.cache/bench-regenerate')
    .option('--json', 'print the figures as JSON on stdout')
    .action((flags: RegenerateFlags) => regenerate(flags, signal));
  program
    .command('servers')
    .description(
      'try discover, synthesize and build-data on published MCP servers, unchanged (installs them into .cache; needs no credentials)',
    )
    .addOption(
      new Option('--server <name...>', 'only these').choices(serverNames()).default(serverNames(), 'all of them'),
    )
    .option('-w, --workspace <folder>', 'where the workspaces of all servers lie', '.cache/real-servers/workspaces')
    .option('--json', 'print the rows as JSON on stdout')
    .action((flags: ServersFlags) => servers(flags, signal));
  await program.parseAsync();
});

function serverNames(): string[] {
  return REAL_SERVERS.map(({ name }) => name);
}

async function servers({ server: chosen, workspace, json }: ServersFlags, signal: AbortSignal): Promise<void> {
  const context = makeContext(workspace, signal);
  const rows: RealServerRow[] = [];
  const runs = REAL_SERVERS.filter(({ name }) => chosen.includes(name));
  await drawStages(
    runs.map((server) => ({ title: server.name, events: () => tryServer(context, server, rows) })),
    { json: false },
  );
  process.stdout.write(json ? `${JSON.stringify({ rows })}\n` : `\n${realServersTable(rows)}\n`);
  if (rows.some(({ error }) => error !== undefined)) process.exitCode = 1;
}

function names(): string[] {
  return VARIANTS.map(({ name }) => name);
}

async function effect({ variant: chosen, seeds, workspace, json }: EffectFlags, signal: AbortSignal): Promise<void> {
  const context = makeContext(workspace, signal);
  const variants = VARIANTS.filter(({ name }) => chosen.includes(name));
  const runs = variants.flatMap((variant) => seeds.map((seed) => ({ variant, seed })));
  process.stderr.write(`${runs.length} runs of 8 to 20 minutes on 2 cores; what is made already is skipped\n`);
  const errors: ToolkitError[] = [];
  const failed = new Set<string>();
  for (const run of runs) {
    const title = `${run.variant.name}, seed ${run.seed}`;
    await drawStages([{ title, events: () => runEffect(context, run) }], { json: false }).catch((error) => {
      if (signal.aborted || !(error instanceof ToolkitError)) throw error;
      errors.push(error);
      failed.add(run.variant.name);
    });
  }
  const rows: EffectRow[] = [];
  for (const variant of variants.filter(({ name }) => !failed.has(name)))
    rows.push(await effectRow(context, variant, seeds));
  process.stdout.write(json ? `${JSON.stringify({ rows })}\n` : `\n${effectTable(rows)}\n`);
  if (errors.length > 0) throw joinErrors('not all was measured', errors);
}

function conditionNames(): string[] {
  return CONDITIONS.map(({ name }) => name);
}

async function ablation(flags: AblationFlags, signal: AbortSignal): Promise<void> {
  const { condition: chosen, seeds, traces, workspace, json } = flags;
  const context = makeContext(workspace, signal);
  const conditions = CONDITIONS.filter(({ name }, at) => at === 0 || chosen.includes(name));
  const runs = seeds.flatMap((seed) => conditions.map((condition) => ({ condition, seed, traces })));
  const stages = runs.map((run) => ({
    title: `${run.condition.name}, seed ${run.seed}`,
    events: () => runAblation(context, run),
  }));
  await drawStages(stages, { json: false });
  const rows: AblationRow[] = [];
  for (const condition of conditions) rows.push(await ablationRow(context, condition, seeds));
  process.stdout.write(json ? `${JSON.stringify({ rows })}\n` : `\n${ablationTable(rows)}\n`);
}

async function synthesis(flags: SynthesisFlags, signal: AbortSignal): Promise<void> {
  const { rows, samples, peerRows, runs, workspace, json } = flags;
  const context = makeContext(workspace, signal);
  const figures: SynthesisFigures[] = [];
  const events = async function* () {
    figures.push(yield* benchSynthesis(context, { rows, samples, peer: { queries: peerRows, runs } }));
  };
  await drawStages([{ title: 'synthesis', events }], { json: false });
  for (const one of figures) process.stdout.write(json ? `${JSON.stringify(one)}\n` : `\n${synthesisText(one)}\n`);
}

async function training(flags: TrainingFlags, signal: AbortSignal): Promise<void> {
  const { row: rows, runs, peer, shape, layers, peakTflops, workspace, json } = flags;
  const context = makeContext(workspace, signal);
  const figures: TrainingFigures[] = [];
  const events = async function* () {
    figures.push(yield* benchTraining(context, { rows, runs, peer, shape, layers, peakTflops }));
  };
  await drawStages([{ title: 'training', events }], { json: false });
  for (const one of figures) process.stdout.write(json ? `${JSON.stringify(one)}\n` : `\n${trainingText(one)}\n`);
}

async function runtime({ row: rows, workspace, json, ...more }: RuntimeFlags, signal: AbortSignal): Promise<void> {
  const context = makeContext(workspace, signal);
  const figures: BenchFigures[] = [];
  const events = async function* () {
    figures.push(yield* benchRuntime(context, { rows, ...more }));
  };
  await drawStages([{ title: 'runtime', events }], { json: false });
  for (const one of figures)
    process.stdout.write(json ? `${JSON.stringify(one)}\n` : `\n${boundText(['figure', 'ratio', 'at least'], one)}\n`);
}

async function regenerate({ repeats, traces, workspace, json }: RegenerateFlags, signal: AbortSignal): Promise<void> {
  const context = makeContext(workspace, signal);
  const figures: BenchFigures[] = [];
  const events = async function* () {
    figures.push(yield* benchRegenerate(context, { repeats, traces }));
  };
  await drawStages([{ title: 'regenerate', events }], { json: false });
  for (const one of figures)
    process.stdout.write(
      json ? `${JSON.stringify(one)}\n` : `\n${boundText(['change', 'of a full build', 'at most'], one)}\n`,
    );
}

function parsePositiveCount(text: string): number {
  const count = parseCount(text);
  if (count === 0) throw new InvalidArgumentError('must be a whole number above 0');
  return count;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw new InvalidArgumentError('must be a whole number');
  return count;
}

function parseSeeds(text: string): number[] {
  const seeds = text.split(',').map(parseSeed);
  if (new Set(seeds).size < seeds.length) throw new InvalidArgumentError('must be different numbers');
  return seeds;
}
