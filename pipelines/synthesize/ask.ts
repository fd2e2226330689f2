import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import { genericWords } from './generic-words.ts';
import { ASKS, GENERIC_ASKS, GENERIC_ASKS_BARE } from './phrases/asks.ts';
import { vocabularyOf } from './render.ts';
import type { Arguments } from './sampling.ts';
import { fillTemplate } from './words/fill.ts';

/** A call as a short request that can stand beside others. @param style number of the phrase family */
export function askFor(random: Random, model: ToolModel, args: Arguments, style: number): string {
  if (model.concept !== 'generic')
    return fillTemplate(random, ASKS[model.concept][style]!, vocabularyOf(random, model, args));
  const asks = model.slots.some(({ required }) => required) ? GENERIC_ASKS : GENERIC_ASKS_BARE;
  return fillTemplate(random, asks[style]!, genericWords(random, model, args));
}
