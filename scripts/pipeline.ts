import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { evaluationFolder } from '../pipelines/evaluate/evaluation-choice.ts';
import { SYSTEM_NAMES } from '../pipelines/evaluate/system-names.ts';
import { explainMask } from '../pipelines/explain-mask.ts';
import { readGates } from '../pipelines/gate/gates-file.ts';
import { liveChanges } from '../pipelines/live-changes.ts';
import { LOCK_FILE } from '../pipelines/lock.ts';
import { STAGES, type Stage } from '../pipelines/stages.ts';
import { status } from '../pipelines/status.ts';
import { FocusSchema } from '../pipelines/synthesize/focus-setting.ts';
import { addBfcl } from './cli/bfcl-command.ts';
import { runMain } from './cli/command.ts';
import { drawStages } from './cli/draw-events.ts';
import { addGate, passGate } from './cli/gate-command.ts';
import { printEvaluation } from './cli/print-evaluation.ts';
import { printLive } from './cli/print-live.ts';
import { printMask } from './cli/print-mask.ts';
import { printStatus } from './cli/print-status.ts';
import { addPublish } from './cli/publish-command.ts';
import { withWaitFlag } from './cli/run-in-turn.ts';
import { runWholeJob } from './cli/run-whole-job.ts';
import { addScore } from './cli/score-command.ts';
import { addSuite } from './cli/suite-command.ts';
import { openWorkspace, type WorkspaceFlags, withWorkspaceFlags } from './cli/workspace-flags.ts';

const SUMMARIES: Record<string, string> = {
  discover: 'ask the servers for their tools, each time: mcp.json -> catalogue',
  synthesize:
    'write queries with executed calls: one or several, failing ones, questions back, none; with a teacher model too (synthesize in workspace.yaml): catalogue -> traces',
  import:
    'make traces of your own files (CSV, JSON lines, JSON) and of Hugging Face Hub data sets (sources in workspace.yaml)',
  'fetch-base':
    'download the base of workspace.yaml, hub:owner/name@commit, from the Hugging Face Hub into a cache that workspaces share; says how large it is before',
  'build-data': 'make loss-masked, split data sets: traces -> samples',
  convert: 'turn adapters into GGUF and prove them equal: adapters -> bundle',
  evaluate: 'compare base, monolithic and decoupled on the held-out split, or on your queries: bundle -> metrics',
  offers:
    'compare the systems with fewer and with more tools on offer (offers.sizes in workspace.yaml): bundle -> curve',
  report:
    'write report.html and summary.md: what the data hold (needs build-data), and the scores on the held-out split where evaluate has made them',
};

await runMain(async (signal) => {
  const program = new Command('pnpm pipeline')
    .description(
      'Runs the stages from MCP servers to evaluated adapters. Fresh stages are skipped, interrupted ones resume. Training alone: pnpm train --recipe NAME.',
    )
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)');
  for (const stage of STAGES.filter(({ name }) => name in SUMMARIES)) addStage(program, stage, signal);
  addRun(program, signal);
  addSuite(program, signal);
  addGate(program, signal);
  addPublish(program, signal);
  addStatus(program, signal);
  addExplainMask(program, signal);
  addScore(program, signal);
  addBfcl(program, signal);
  await program.parseAsync();
});

interface StageFlags extends WorkspaceFlags {
  force?: boolean;
  keepGoing?: boolean;
  record?: string;
  replay?: string;
  focus?: string;
  queries?: string;
  system?: string[];
  gate?: string;
  wait?: boolean;
}

function stageCommand(program: Command, name: string, summary: string): Command {
  return withWorkspaceFlags(program.command(name).description(summary))
    .option('--force', 'make it again although it is fresh')
    .option('--json', 'print events as JSON lines on stdout');
}

function withFocusFlag(command: Command): Command {
  return command.option(
    '--focus <file>',
    'write more traces where an evaluation selected wrongly, by its confusions.json (for this command only; synthesize.focus in workspace.yaml keeps it)',
  );
}

function withCassetteFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--record <file>',
        'write what servers answer into a cassette; one that is there is gone on with',
      ).conflicts('replay'),
    )
    .option(
      '--replay <file>',
      'take the answers out of a cassette: needs no servers, no servers file and no credentials',
    );
}

async function openStages(flags: StageFlags, signal: AbortSignal): ReturnType<typeof openWorkspace> {
  const { context, settings } = await openWorkspace(flags, signal);
  if (flags.focus !== undefined) {
    const { synthesize } = settings;
    settings.synthesize = {
      ...synthesize,
      focus: FocusSchema.parse({ ...synthesize.focus, file: resolve(flags.focus) }),
    };
  }
  const path = flags.replay ?? flags.record;
  if (path === undefined) return { context, settings };
  return {
    context: { ...context, cassette: { path: resolve(path), mode: flags.replay ? 'replay' : 'record' } },
    settings,
  };
}

function addStage(program: Command, stage: Stage, signal: AbortSignal): void {
  const command = stageCommand(program, stage.name, SUMMARIES[stage.name] ?? '');
  if (stage.name === 'evaluate') {
    command
      .option(
        '--queries <file>',
        'your own gold queries (JSON lines {id, query, gold: {name, arguments} or null}) instead of the held-out split, into the folder evaluation-queries',
      )
      .option(
        '--system <name...>',
        `only these systems, into a folder of their own (evaluation-base): ${SYSTEM_NAMES.join(', ')}, or those that workspace.yaml declares`,
      )
      .option(
        '--gate <file>',
        'hold the figures to these gates (see pnpm pipeline gate): exit 1 where one does not pass',
      );
  }
  if (stage.name === 'synthesize') withFocusFlag(command);
  if (stage.name === 'discover' || stage.name === 'synthesize')
    command.option('--keep-going', 'go on with the other servers when one fails');
  if (['discover', 'synthesize', 'evaluate'].includes(stage.name)) withCassetteFlags(command);
  command.action(async (flags: StageFlags) => {
    const { context, settings } = await openStages(flags, signal);
    const { queries, system } = flags;
    // What is wrong in the gates is not told after hours only.
    if (flags.gate !== undefined) await readGates(resolve(flags.gate));
    // One that is named twice would be asked and counted twice.
    const options = { ...flags, queries: queries && resolve(queries), systems: system && [...new Set(system)] };
    await drawStages([{ title: stage.name, events: () => stage.run(context, settings, options) }], {
      json: flags.json === true,
    });
    if (stage.name !== 'evaluate') return;
    const folder = evaluationFolder(context, settings, options);
    await printEvaluation(folder, flags);
    if (flags.gate !== undefined) await passGate(context, settings, folder, { ...flags, gate: flags.gate });
  });
}

function addRun(program: Command, signal: AbortSignal): void {
  const command = stageCommand(program, 'run', 'all stages, training included; only what is stale is made');
  withWaitFlag(withCassetteFlags(withFocusFlag(command)))
    .option('--keep-going', 'go on with the other servers when one fails')
    .action(async (flags: StageFlags) => {
      const { context, settings } = await openStages(flags, signal);
      await runWholeJob(context, settings, flags);
    });
}

function addStatus(program: Command, signal: AbortSignal): void {
  withWorkspaceFlags(
    program
      .command('status')
      .description('say what is fresh, stale or missing, and why (asks no server but with --live)'),
  )
    .option('--live', 'compare what the servers offer with catalogue.lock, too; exit 1 where it differs')
    .option('--check', 'exit 1 where anything is not fresh')
    .option('--json', 'print the rows as JSON; with --live an object of `stages` and `live`')
    .action(async (flags: WorkspaceFlags & { live?: boolean; check?: boolean }) => {
      const { context, settings } = await openWorkspace(flags, signal, { readOnly: true });
      const changes = flags.live ? await lastOf(liveChanges(context, settings)) : undefined;
      const rows = await status(context, settings);
      if (changes && flags.json) process.stdout.write(`${JSON.stringify({ stages: rows, live: changes })}\n`);
      else printStatus(rows, flags.json === true);
      if (changes && !flags.json) printLive(changes, existsSync(join(context.workspace, LOCK_FILE)));
      if (changes?.length || (flags.check && rows.some(({ state }) => state !== 'fresh'))) process.exitCode = 1;
    });
}

/** What a generator returns; what it tells on the way is passed over. */
async function lastOf<T>(events: AsyncGenerator<unknown, T, undefined>): Promise<T> {
  for (;;) {
    const step = await events.next();
    if (step.done) return step.value;
  }
}

function addExplainMask(program: Command, signal: AbortSignal): void {
  withWorkspaceFlags(
    program.command('explain-mask').description("show a sample's tokens, coloured by loss, and check it"),
  )
    .option(
      '--sample <id>',
      'which sample, by its id or that of a trace with one of the task (default: the first of the task)',
    )
    .addOption(
      new Option('--task <task>', 'of which task').choices(['selector', 'arguments', 'monolithic']).default('selector'),
    )
    .option('--full', 'all tokens, not just those around the trained ones')
    .option('--json', 'print tokens as JSON')
    .action(
      async (
        flags: WorkspaceFlags & { sample?: string; task: 'selector' | 'arguments' | 'monolithic'; full?: boolean },
      ) => {
        const { context, settings } = await openWorkspace(flags, signal, { readOnly: true });
        const explanation = await explainMask(context, settings, flags);
        printMask(explanation, flags);
        if (explanation.checks.some(({ ok }) => !ok)) process.exitCode = 1;
      },
    );
}
