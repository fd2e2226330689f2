import type { Command } from 'commander';
import type { Context } from '../../core/context.ts';
import { lockWorkspace } from '../../pipelines/workspace-lock.ts';
import { safeText } from './safe-text.ts';

export function withWaitFlag(command: Command): Command {
  return command.option('--wait', 'where another run is at work on the workspace, wait until it ends');
}

/** Does some work while no other run is at work on the workspace. */
export async function inTurn(context: Context, { wait }: { wait?: boolean }, work: () => Promise<void>): Promise<void> {
  const tell = (owner: string) => process.stderr.write(`waiting for another run (${safeText(owner)})\n`);
  const release = await lockWorkspace(context, wait ? tell : undefined);
  try {
    await work();
  } finally {
    await release();
  }
}
