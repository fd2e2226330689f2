import type { Context } from '../../core/context.ts';
import type { Catalogue } from '../../core/tool.ts';
import { type Augmenter, augmenter } from '../../datasets/augment/augmenter.ts';
import { distractorCatalogue } from '../distractor-catalogue.ts';
import type { Settings } from '../settings.ts';
import { augments } from './augments.ts';

/** What makes the training samples of a workspace harder; `undefined` where nothing does. @throws ToolkitError (input) where the distractors cannot be read */
export async function openAugmenter(
  context: Pick<Context, 'workspace'>,
  { augment, seed }: Pick<Settings, 'augment' | 'seed'>,
  catalogue: Catalogue,
): Promise<Augmenter | undefined> {
  if (!augments(augment)) return undefined;
  const { distractors, maskNames, sets } = augment;
  const from = distractors ? await distractorCatalogue(context, distractors.catalogue).toolsFor(catalogue) : [];
  const { tools, share } = distractors ?? { tools: 0, share: 0 };
  return augmenter(catalogue.tools, { maskNames, distractors: { from, tools, share }, sets, seed });
}
