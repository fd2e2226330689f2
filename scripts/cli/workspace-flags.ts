import { constants, existsSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { isHubReference } from '../../core/hub/hub-model.ts';
import { writeFileAtomic } from '../../core/json-file.ts';
import { MOST_SEED } from '../../core/random.ts';
import { unwritable } from '../../core/stage.ts';
import { loadSettings, type Settings } from '../../pipelines/settings.ts';
import { makeContext } from './command.ts';

export interface WorkspaceFlags {
  workspace: string;
  servers?: string;
  base?: string;
  seed?: number;
  json?: boolean;
}

/** The flags that every command on a workspace has. */
export function withWorkspaceFlags(command: Command): Command {
  return command
    .option('-w, --workspace <folder>', 'where the artefacts lie, with an optional workspace.yaml', 'workspace')
    .option('--servers <file>', 'the mcpServers file (a new workspace keeps it; else for this command only)')
    .option(
      '--base <folder>',
      'the base model in Hugging Face layout, hub:owner/name@commit, or `embedded` (overrides workspace.yaml)',
    )
    .option('--seed <number>', 'seed of all random choices (overrides workspace.yaml)', parseSeed);
}

/**
 * Opens the workspace that the flags name. Files named by flags are relative to the current folder.
 * A new workspace keeps its flags in `workspace.yaml`, so that the next command needs none; mistyped ones it does not keep.
 * @param options.readOnly for a command that only looks: it makes no workspace
 */
export async function openWorkspace(
  flags: WorkspaceFlags,
  signal: AbortSignal,
  { readOnly = false }: { readOnly?: boolean } = {},
): Promise<{ context: Context; settings: Settings }> {
  const context = makeContext(flags.workspace, signal);
  const overrides = overridesOf(flags, context);
  const file = join(context.workspace, 'workspace.yaml');
  if (!existsSync(file)) {
    if (flags.servers === undefined) {
      throw new ToolkitError({
        kind: 'input',
        what: 'there is no workspace (no workspace.yaml)',
        where: context.workspace,
        todo: 'give --servers FILE to start one there, or run `pnpm demo`, which makes one',
      });
    }
    if (!readOnly && (await areThere(flags))) {
      await writeFileAtomic(file, stringify(overrides)).catch((error: unknown) => {
        throw unwritable(context.workspace, error);
      });
    }
  }
  return { context, settings: { ...(await loadSettings(context)), ...overrides } };
}

/** Whether the files that flags name can be read. */
async function areThere({ servers, base }: WorkspaceFlags): Promise<boolean> {
  try {
    for (const path of [servers, base]) if (path && !isNamed(path)) await access(path, constants.R_OK);
    return servers === undefined || (await stat(servers)).isFile();
  } catch {
    return false;
  }
}

function overridesOf(flags: WorkspaceFlags, context: Context): Partial<Settings> {
  const inWorkspace = (path: string) => relative(context.workspace, resolve(path)) || '.';
  return {
    ...(flags.servers === undefined ? {} : { servers: inWorkspace(flags.servers) }),
    ...(flags.base === undefined ? {} : { base: isNamed(flags.base) ? flags.base : inWorkspace(flags.base) }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  };
}

/** Whether a base is named otherwise than by its folder. */
function isNamed(base: string): boolean {
  return base === 'embedded' || isHubReference(base);
}

/** Reads `--seed`. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isInteger(seed) || seed < 0 || seed > MOST_SEED)
    throw new InvalidArgumentError(`must be a whole number from 0 to ${MOST_SEED}`);
  return seed;
}
