import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { hashText } from '../../core/hash.ts';
import type { SuiteName } from '../../core/suite-results.ts';

/** Systems that need the workspace's bundle; any other name is one of `serve.endpoints`. */
export const BUNDLE_SYSTEMS = ['base', 'decoupled'] as const;

/** What is run. */
export interface SuiteChoice {
  suite: SuiteName;
  /** The suite's files, absolute. None (ToolFit only): tasks are derived from the held-out traces. */
  files: readonly string[];
  /** `base`, `decoupled` or names of `serve.endpoints`. */
  systems: readonly string[];
  /** Most servers beside those of a task whose tools are on offer. */
  distractors: number;
  /** Most tasks, drawn by the seed of those that can be run; absent: all. */
  limit?: number;
}

/** The folder of one system's runs and scores, absolute. */
export function suiteFolder(
  { workspace }: Pick<Context, 'workspace'>,
  { suite, files }: Pick<SuiteChoice, 'suite' | 'files'>,
  system: string,
): string {
  const name = suite === 'toolfit' && files.length > 0 ? 'toolfit-tasks' : suite;
  return join(workspace, 'suites', name, folderName(system));
}

/** Endpoints are named by the user, in any letters. */
function folderName(system: string): string {
  return /^[a-z0-9][a-z0-9_-]*$/.test(system)
    ? system
    : `${system.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 40)}-${hashText(system).slice(7, 13)}`;
}
