import { ToolkitError } from '../../core/errors.ts';
import type { LoadedRecipe } from '../../recipes/load.ts';
import { TOGETHER_NEEDS, trainedAlone } from '../../trainers/train-together.ts';
import type { TrainerSupport } from '../../trainers/trainer-support.ts';
import { TRAINERS } from '../../trainers/trainers.ts';

/** What a recipe asks for that its trainer does not support, an error each, which says what does. */
export function unsupported({ recipe, locate }: LoadedRecipe): ToolkitError[] {
  const own = TRAINERS[recipe.trainer].supports;
  const check = <T>(key: 'method' | 'quantization', value: T, values: (support: TrainerSupport) => readonly T[]) => {
    if (values(own).includes(value)) return [];
    const able = Object.values(TRAINERS).filter(({ supports }) => values(supports).includes(value));
    return [
      new ToolkitError({
        kind: 'input',
        what: `the trainer \`${recipe.trainer}\` does not support \`${key}: ${value}\``,
        where: locate([key]),
        expected: `${key}: ${values(own).join(' or ')}`,
        todo: `set it by --set ${key}=${values(own)[0]}, or take a trainer that supports it: ${able.map(({ name }) => name).join(', ')}`,
      }),
    ];
  };
  const able = Object.values(TRAINERS).filter(({ supports }) => supports.earlyStop);
  const stopping = new ToolkitError({
    kind: 'input',
    what: `the trainer \`${recipe.trainer}\` does not support \`early_stop\``,
    where: locate(['early_stop']),
    todo: `leave it out, or take a trainer that supports it: ${able.map(({ name }) => name).join(', ')}`,
  });
  const alone = trainedAlone(recipe);
  const together = new ToolkitError({
    kind: 'input',
    what: `\`together: ${recipe.together}\` does not go with \`${alone}\``,
    where: locate(['together']),
    expected: TOGETHER_NEEDS.join(', '),
    todo: 'leave it out, or --set together=1: its adapters are then trained one after another',
  });
  return [
    ...(recipe.together > 1 && alone !== undefined ? [together] : []),
    ...(recipe.early_stop && !own.earlyStop ? [stopping] : []),
    ...check('method', recipe.method, ({ methods }) => methods),
    ...check('quantization', recipe.quantization, ({ quantizations }) => quantizations),
  ];
}
