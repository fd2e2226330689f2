import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../../core/context.ts';
import { evaluationFolder } from '../../pipelines/evaluate/evaluation-choice.ts';
import { doubtEvaluation } from '../../pipelines/gate/doubt-evaluation.ts';
import { refuseFailed } from '../../pipelines/gate.ts';
import { gateEvaluation } from '../../pipelines/gate-evaluation.ts';
import type { Settings } from '../../pipelines/settings.ts';
import { printGates } from './print-gates.ts';
import { safeText } from './safe-text.ts';
import { openWorkspace, type WorkspaceFlags, withWorkspaceFlags } from './workspace-flags.ts';

interface GateFlags {
  gate?: string;
  release?: string;
  json?: boolean;
}

/** `pnpm pipeline gate` */
export function addGate(program: Command, signal: AbortSignal): void {
  withWorkspaceFlags(
    program
      .command('gate')
      .description('hold the evaluation to gates, and to the last release: exit 1 where one does not pass'),
  )
    .option('--gate <file>', 'the gates, YAML (default: publish.gates in workspace.yaml)')
    .option('--release <file>', 'the metrics.json to compare with (default: of the last release at publish.to)')
    .option('--json', 'print the rows as JSON')
    .action(async (flags: WorkspaceFlags & GateFlags) => {
      const { context, settings } = await openWorkspace(flags, signal, { readOnly: true });
      const folder = evaluationFolder(context, settings);
      const doubt = existsSync(folder) ? await doubtEvaluation(context.workspace, folder) : undefined;
      if (doubt !== undefined)
        process.stderr.write(`warning: ${safeText(doubt)}; \`pnpm pipeline evaluate\` makes it anew\n`);
      await passGate(context, settings, folder, flags);
    });
}

/** Holds an evaluation to gates and prints what they say. @throws ToolkitError (failed) where one does not pass */
export async function passGate(context: Context, settings: Settings, folder: string, flags: GateFlags): Promise<void> {
  const path = (file?: string) => file && resolve(file);
  const files = { metrics: join(folder, 'metrics.json'), gates: path(flags.gate), release: path(flags.release) };
  const { rows, gates } = await gateEvaluation(context, settings, files);
  if (flags.json) process.stdout.write(`${JSON.stringify({ gates: rows })}\n`);
  else printGates(rows);
  refuseFailed(rows, gates);
}
