import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readJsonFile } from '../../core/json-file.ts';
import { type BfclChoice, bfclChoiceFolder } from '../../pipelines/bfcl/bfcl-choice.ts';
import { BfclMetricsSchema } from '../../pipelines/bfcl/bfcl-metrics.ts';
import { bfclTable } from '../../pipelines/bfcl/bfcl-table.ts';
import { CATEGORIES, type Category } from '../../pipelines/bfcl/categories.ts';
import { SYSTEM_NAMES } from '../../pipelines/evaluate/system-names.ts';
import { drawStages } from './draw-events.ts';
import { safeText } from './safe-text.ts';
import { openWorkspace, type WorkspaceFlags, withWorkspaceFlags } from './workspace-flags.ts';

interface BfclFlags extends WorkspaceFlags {
  data?: string;
  system?: string[];
  category?: Category[];
  limit?: number;
  force?: boolean;
}

/** `pnpm pipeline bfcl` */
export function addBfcl(program: Command, signal: AbortSignal): void {
  const command = program
    .command('bfcl')
    .description(
      'ask the systems the one-turn questions of the Berkeley Function Calling Leaderboard, each with its own functions, and score as it does: bundle -> bfcl.json',
    );
  withWorkspaceFlags(command)
    .option(
      '--data <folder>',
      'folder of BFCL_v4_*.json (or v3) with possible_answer/ in it (default: fetched, 1.9 MB, where it is missing)',
    )
    .option(
      '--system <name...>',
      `only these systems: ${SYSTEM_NAMES.join(', ')}, or those that workspace.yaml declares (default: those that evaluate compares)`,
    )
    .option('--category <name...>', `only these: ${CATEGORIES.join(', ')}`, parseCategories)
    .option('--limit <number>', 'most questions of each category, drawn by the seed', parseLimit)
    .option('--force', 'ask all again although the figures are fresh')
    .option('--json', 'print events as JSON lines on stdout, the figures last')
    .action(async (flags: BfclFlags) => runCommand(flags, signal));
}

async function runCommand(flags: BfclFlags, signal: AbortSignal): Promise<void> {
  const { context, settings } = await openWorkspace(flags, signal);
  const { data, force, json = false } = flags;
  const systems = flags.system && [...new Set(flags.system)];
  const choice: BfclChoice = { systems, categories: flags.category, limit: flags.limit };
  // Engines take long to load.
  const { bfcl } = await import('../../pipelines/bfcl.ts');
  const options = { ...choice, data: data && resolve(data), force };
  await drawStages([{ title: 'bfcl', events: () => bfcl(context, settings, options) }], { json });
  const metrics = await readJsonFile(join(bfclChoiceFolder(context, choice), 'bfcl.json'), BfclMetricsSchema);
  process.stdout.write(json ? `${JSON.stringify(metrics)}\n` : `\n${safeText(bfclTable(metrics))}\n`);
}

/** Divided by spaces or commas. */
function parseCategories(text: string, before: Category[] = []): Category[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(CATEGORIES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`\`${unknown}\` is none of ${CATEGORIES.join(', ')}`);
  return CATEGORIES.filter((category) => names.includes(category) || before.includes(category));
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return limit;
}
