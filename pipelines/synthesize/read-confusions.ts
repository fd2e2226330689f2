import { resolve } from 'node:path';
import { type Confusions, ConfusionsSchema } from '../../core/confusions.ts';
import type { Context } from '../../core/context.ts';
import { hashInput } from '../../core/hash-input.ts';
import { readJsonFile } from '../../core/json-file.ts';
import type { Settings } from '../settings.ts';

/** The wrong selections of an evaluation that `synthesize.focus` names; none where it names no file. @throws ToolkitError (input) */
export async function readConfusions(context: Context, settings: Settings): Promise<Confusions> {
  const path = focusPath(context, settings);
  return path === undefined ? [] : readJsonFile(path, ConfusionsSchema);
}

/** For the stage's plan: other confusions, other traces. @throws ToolkitError (input) where the file cannot be read */
export async function focusHash(context: Context, settings: Settings): Promise<Record<string, string>> {
  const path = focusPath(context, settings);
  if (path === undefined) return {};
  const hash = await hashInput(path, 'confusions', {
    expected: 'the confusions.json of an evaluation',
    todo: 'correct --focus, or `synthesize.focus.file` in workspace.yaml',
  });
  return { focus: hash };
}

function focusPath({ workspace }: Context, { synthesize: { focus } }: Settings): string | undefined {
  return focus && resolve(workspace, focus.file);
}
