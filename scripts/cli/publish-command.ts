import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { StageEvents } from '../../core/event.ts';
import { isHubReference } from '../../core/hub/hub-model.ts';
import { type PublishPlan, publish } from '../../pipelines/publish.ts';
import type { Settings } from '../../pipelines/settings.ts';
import { drawStages } from './draw-events.ts';
import { printPublishing } from './print-publishing.ts';
import { inTurn, withWaitFlag } from './run-in-turn.ts';
import { openWorkspace, type WorkspaceFlags, withWorkspaceFlags } from './workspace-flags.ts';

interface PublishFlags extends WorkspaceFlags {
  to?: string;
  tag?: string;
  yes?: boolean;
  wait?: boolean;
}

/** `pnpm pipeline publish` */
export function addPublish(program: Command, signal: AbortSignal): void {
  const command = program
    .command('publish')
    .description(
      'publish bundle, adapters, cards and (publish.data in workspace.yaml) samples as one release: gates and a scan for secrets first; without --yes it only says what it would send',
    );
  withWaitFlag(withWorkspaceFlags(command))
    .option('--to <place>', 'hub:owner/name, or a folder (overrides publish.to in workspace.yaml)')
    .option('--tag <name>', 'a name of yours for the release, beside the one that its content gives it')
    .option('--yes', 'send it')
    .option('--json', 'print events as JSON lines on stdout')
    .action(async (flags: PublishFlags) => {
      const { context, settings } = await openWorkspace(flags, signal, { readOnly: true });
      const named = withTarget(settings, flags.to, context.workspace);
      let plan: PublishPlan | undefined;
      const events = async function* (): StageEvents {
        for await (const event of publish(context, named, flags)) {
          if (event.type === 'data') plan = event.data as unknown as PublishPlan;
          yield event;
        }
      };
      await inTurn(context, flags, () => drawStages([{ title: 'publish', events }], { json: flags.json === true }));
      if (plan !== undefined && !flags.json) printPublishing(plan, flags);
    });
}

function withTarget(settings: Settings, to: string | undefined, workspace: string): Settings {
  if (to === undefined) return settings;
  const isFolder = !isHubReference(to) && !to.includes('://');
  return { ...settings, publish: { ...settings.publish, to: isFolder ? relative(workspace, resolve(to)) || '.' : to } };
}
