import { resolve } from 'node:path';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { SUITE_NAMES, type SuiteName } from '../../core/suite-results.ts';
import { BUNDLE_SYSTEMS } from '../../pipelines/suite/suite-choice.ts';
import { suiteTable } from '../../pipelines/suite/suite-table.ts';
import { drawStages } from './draw-events.ts';
import { safeText } from './safe-text.ts';
import { openWorkspace, type WorkspaceFlags, withWorkspaceFlags } from './workspace-flags.ts';

interface SuiteFlags extends WorkspaceFlags {
  tasks?: string[];
  system?: string[];
  distractors?: number;
  limit?: number;
  force?: boolean;
  keepGoing?: boolean;
}

/** Most other servers on offer where the command does not say: as in MCP-Bench, and none in ToolFit. */
const DISTRACTORS: Record<SuiteName, number> = { 'mcp-bench': 10, toolfit: 0 };

/** `pnpm pipeline suite` */
export function addSuite(program: Command, signal: AbortSignal): void {
  const command = program
    .command('suite')
    .description(
      'let systems work as agents on the tasks of a suite, in the sandbox, and score what they did: by program, and by the model of suite.judge in workspace.yaml',
    )
    .addArgument(new Argument('<suite>', 'which one').choices(SUITE_NAMES));
  withWorkspaceFlags(command)
    .option(
      '--tasks <file...>',
      'mcp-bench: its task files; toolfit: JSON lines {id, query, servers?, requirements} (default: tasks made of the held-out traces)',
    )
    .option(
      '--system <name...>',
      'base, decoupled, or names of serve.endpoints in workspace.yaml (default: base decoupled)',
    )
    .option(
      '--distractors <number>',
      'most other servers whose tools are on offer too (default: 10 for mcp-bench, 0 for toolfit)',
      (text) => parseCount(text, 0),
    )
    .option('--limit <number>', 'most tasks, drawn by the seed (default: all)', (text) => parseCount(text, 1))
    .option('--keep-going', 'count tasks that cannot be run to an end as failed')
    .option('--force', 'run and score all again although it is fresh')
    .option('--json', 'print events as JSON lines on stdout')
    .action(async (name: SuiteName, flags: SuiteFlags) => {
      const { context, settings } = await openWorkspace(flags, signal, { readOnly: true });
      // Engines take as long to load as all the rest.
      const { suite, suiteResults } = await import('../../pipelines/suite.ts');
      const { tasks = [], distractors = DISTRACTORS[name], limit } = flags;
      const systems = [...new Set(flags.system ?? BUNDLE_SYSTEMS)];
      const choice = { suite: name, files: tasks.map((file) => resolve(file)), systems, distractors, limit };
      const events = () => suite(context, settings, { ...choice, force: flags.force, keepGoing: flags.keepGoing });
      await drawStages([{ title: `suite ${name}`, events }], { json: flags.json === true });
      if (flags.json) return;
      const results = await Promise.all(systems.map((system) => suiteResults({ context, choice, system })));
      process.stdout.write(`\n${safeText(suiteTable(results))}\n`);
    });
}

function parseCount(text: string, least: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= least) return count;
  throw new InvalidArgumentError(`must be a whole number from ${least}`);
}
