import { Command, Option } from 'commander';
import { recipeNamed } from '../pipelines/settings.ts';
import { dryRun } from '../pipelines/train/dry-run.ts';
import { EXECUTOR_NAMES, type ExecutorName, train } from '../pipelines/train.ts';
import { runMain } from './cli/command.ts';
import { drawStages } from './cli/draw-events.ts';
import { printTrainingPlan } from './cli/print-training-plan.ts';
import { openWorkspace, type WorkspaceFlags, withWorkspaceFlags } from './cli/workspace-flags.ts';

interface TrainFlags extends WorkspaceFlags {
  recipe: string;
  tool?: string[];
  set?: string[];
  force?: boolean;
  dryRun?: boolean;
  executor?: ExecutorName;
}

await runMain(async (signal) => {
  const collect = (value: string, before: string[] = []) => [...before, value];
  const program = withWorkspaceFlags(new Command('pnpm train'))
    .description(
      'Trains the adapters of one recipe on the samples of a workspace. Complete ones are skipped, interrupted ones resume.',
    )
    .requiredOption(
      '--recipe <name>',
      'selector, arguments or monolithic: the recipe of this workspace (see `recipes` in workspace.yaml); or demo/…, qwen2.5-7b/… and so on, or the path of a YAML file',
    )
    .option('--tool <name>', 'only this tool (id or name; may be repeated)', collect)
    .option('--set <key=value>', 'override a value of the recipe, e.g. optimizer.lr=1e-4 (may be repeated)', collect)
    .addOption(
      new Option('--executor <name>', 'where to train (default: `executor` in workspace.yaml, or local)').choices(
        EXECUTOR_NAMES,
      ),
    )
    .option('--force', 'train again although it is fresh')
    .option('--dry-run', 'list the adapters with their samples, steps and memory, and do nothing')
    .option('--json', 'print events as JSON lines on stdout; with --dry-run the list as JSON')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .parse();
  const flags = program.opts<TrainFlags>();
  const { context, settings } = await openWorkspace(flags, signal, { readOnly: flags.dryRun === true });
  const options = {
    recipes: [recipeNamed(context, settings, flags.recipe)],
    tools: flags.tool,
    set: flags.set,
    folder: process.cwd(),
    force: flags.force,
    executor: flags.executor,
  };
  if (flags.dryRun) return printTrainingPlan(await dryRun(context, settings, options), flags.json === true);
  const events = () => train(context, settings, options);
  await drawStages([{ title: `train ${flags.recipe}`, events }], { json: flags.json === true });
});
