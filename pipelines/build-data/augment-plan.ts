import type { Context } from '../../core/context.ts';
import { distractorCatalogue } from '../distractor-catalogue.ts';
import type { Settings } from '../settings.ts';
import { augments } from './augments.ts';

/** Raised where the same settings augment otherwise, so that older samples count as stale. */
const AUGMENT_VERSION = 1;

/** What augmentation adds to a plan: nothing where it is off. @throws ToolkitError (input) where the distractors cannot be read */
export async function augmentPlan(
  context: Pick<Context, 'workspace'>,
  { augment }: Pick<Settings, 'augment'>,
): Promise<{ inputs: Record<string, string>; settings: Record<string, unknown> }> {
  if (!augments(augment)) return { inputs: {}, settings: {} };
  const { distractors, ...others } = augment;
  // Which file it is says its hash.
  const { catalogue, ...drawn } = distractors ?? { catalogue: undefined };
  return {
    inputs: catalogue === undefined ? {} : { distractors: await distractorCatalogue(context, catalogue).hash() },
    settings: { augment: { version: AUGMENT_VERSION, ...others, ...(distractors && { distractors: drawn }) } },
  };
}
