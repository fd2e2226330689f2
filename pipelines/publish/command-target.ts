import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { MetricsSchema } from '../../core/metrics.ts';
import { runProcess } from '../../core/subprocess.ts';
import { METRICS } from './parse-metrics.ts';
import type { CommandTarget } from './publish-settings.ts';
import { PUBLISH, type Target } from './target.ts';

/** What was sent last. One that cannot be read, as that of an older form, is none: there is nothing to compare with then. */
const NoteSchema = z.object({ release: z.string(), metrics: MetricsSchema });

/**
 * A program of the user's that sends a release: for S3 and other places that the toolkit has no client for. What is there it alone knows; what was sent
 * last is noted in the workspace.
 */
export function commandTarget({ command, variables, timeoutSeconds }: CommandTarget, context: Context): Target {
  const note = join(context.workspace, 'published.json');
  const [program = '', ...args] = command;
  return {
    name: `command ${program}`,
    async lastMetrics() {
      return (await readJsonFile(note, NoteSchema).catch(() => undefined))?.metrics;
    },
    async state() {
      return { complete: false };
    },
    async *send({ name, folder }) {
      yield { type: 'progress', stage: PUBLISH, done: 0, note: `running ${program}` };
      const named = variables.map((variable) => [variable, variableOf(context, variable)]);
      const env = { ...context.env, ...Object.fromEntries(named), RELEASE_FOLDER: folder, RELEASE_NAME: name };
      const about = { name: program, command: program, args, env, cwd: context.workspace, signal: context.signal };
      const { exitCode, stderrTail } = await runProcess({ ...about, timeoutMs: timeoutSeconds * 1000 });
      if (exitCode !== 0) {
        throw new ToolkitError({
          kind: 'failed',
          what: `${program} has not published the release (exit code ${exitCode})`,
          where: 'publish.to.command in workspace.yaml',
          found: stderrTail,
          todo: 'see what it says, and run the same command again',
        });
      }
      const metrics = JSON.parse(await readFile(join(folder, 'model', METRICS), 'utf8'));
      await writeJsonFile(note, { release: name, metrics });
    },
  };
}

function variableOf({ variables = {} }: Context, name: string): string {
  const value = variables[name];
  if (value !== undefined) return value;
  throw new ToolkitError({
    kind: 'input',
    what: `the environment variable ${name} is not set`,
    where: 'publish.to.variables in workspace.yaml',
  });
}
