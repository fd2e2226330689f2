import { join, relative } from 'node:path';
import { Command } from 'commander';
import { writeDemoWorkspace } from '../pipelines/demo/workspace.ts';
import { loadSettings } from '../pipelines/settings.ts';
import { makeContext, runMain } from './cli/command.ts';
import { withWaitFlag } from './cli/run-in-turn.ts';
import { runWholeJob } from './cli/run-whole-job.ts';
import { parseSeed } from './cli/workspace-flags.ts';

interface DemoFlags {
  workspace: string;
  seed: number;
  wait?: boolean;
  json?: boolean;
}

await runMain(async (signal) => {
  const flags = withWaitFlag(new Command('pnpm demo'))
    .description(
      'The whole job on the embedded base and two real MCP servers (filesystem, memory): no GPU, no model hub, 20 to 25 minutes on 2 cores.',
    )
    .option('-w, --workspace <folder>', 'where to work', 'workspace')
    .option('--seed <number>', 'seed of all random choices', parseSeed, 1)
    .option('--json', 'print events as JSON lines on stdout')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .parse()
    .opts<DemoFlags>();
  const started = Date.now();
  const context = makeContext(flags.workspace, signal);
  const asWritten = await writeDemoWorkspace(context.workspace, flags.seed);
  if (!asWritten)
    process.stderr.write(
      `The settings in ${flags.workspace}/workspace.yaml are kept. For the demo's own, choose another --workspace.\n`,
    );
  const settings = await loadSettings(context);
  await runWholeJob(context, settings, flags);
  if (flags.json) return;
  const place = (...parts: string[]) => relative(process.cwd(), join(context.workspace, ...parts));
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  process.stdout.write(`
Report:    ${place('report', 'report.html')}
Adapters:  ${place('adapters')} (PEFT), ${place('bundle')} (GGUF)
Took:      ${minutes} minutes

Next: pnpm pipeline status · pnpm pipeline explain-mask · the README says how to use your own servers and base.
`);
});
