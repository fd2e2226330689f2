import { Command, InvalidArgumentError, Option } from 'commander';
import { effectTable } from '../pipelines/effect/effect-table.ts';
import { VARIANTS } from '../pipelines/effect/variants.ts';
import { type EffectRow, effectRow, runEffect } from '../pipelines/effect.ts';
import { REAL_SERVERS } from '../pipelines/real-servers/real-servers.ts';
import { realServersTable } from '../pipelines/real-servers/real-servers-table.ts';
import { type RealServerRow, tryServer } from '../pipelines/real-servers.ts';
import { makeContext, runMain } from './cli/command.ts';
import { drawStages } from './cli/draw-events.ts';
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

await runMain(async (signal) => {
  const program = new Command('pnpm bench')
    .description('Measures what the toolkit claims.')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)');
  program
    .command('effect')
    .description(
      'when decoupling pays: base, monolithic and decoupled on variants of the demo (5 to 25 minutes for each variant and seed on 2 cores; an interrupted measurement goes on)',
    )
    .addOption(
      new Option('--variant <name...>', 'only these').choices(names()).default(names(), 'all of them in this order'),
    )
    .option('--seeds <numbers>', 'seeds, separated by commas', parseSeeds, [1, 2, 3])
    .option('-w, --workspace <folder>', 'where the workspaces of all runs lie', '.cache/effect')
    .option('--json', 'print the rows as JSON on stdout')
    .action((flags: EffectFlags) => effect(flags, signal));
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
  await drawStages(
    runs.map((run) => ({ title: `${run.variant.name}, seed ${run.seed}`, events: () => runEffect(context, run) })),
    { json: false },
  );
  const rows: EffectRow[] = [];
  for (const variant of variants) rows.push(await effectRow(context, variant, seeds));
  process.stdout.write(json ? `${JSON.stringify({ rows })}\n` : `\n${effectTable(rows)}\n`);
}

function parseSeeds(text: string): number[] {
  const seeds = text.split(',').map(parseSeed);
  if (new Set(seeds).size < seeds.length) throw new InvalidArgumentError('must be different numbers');
  return seeds;
}
