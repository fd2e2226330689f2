import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import type { BenchRow } from '../bench-row.ts';
import { median } from '../scoring/median.ts';
import { recipesOf, type Settings } from '../settings.ts';
import { recordedValidation } from '../train/recorded-validation.ts';
import type { Validation } from '../train/why-worse.ts';
import { train } from '../train.ts';

/** How good the selector is on the validation samples, as it went on from what it was through all changes, and trained from nothing. */
export interface RenewedSelector {
  renewed: Validation;
  anew: Validation;
}

/** Of the mean loss of a trained token from nothing, at most. */
const TARGET = 1.1;

/** Trains the selector from nothing beside the one that is there, and puts that one away. */
export async function* renewedSelector(
  context: Context,
  settings: Settings,
): AsyncGenerator<StageEvent, RenewedSelector, undefined> {
  const validation = async () => (await recordedValidation(join(context.workspace, 'adapters', 'selector')))!;
  const renewed = await validation();
  yield* train(context, settings, { recipes: [recipesOf(settings).selector], force: true });
  return { renewed, anew: await validation() };
}

export function renewedRow(found: readonly RenewedSelector[]): BenchRow {
  const ratio = median(found.map(({ renewed, anew }) => renewed.loss / anew.loss));
  const told = ({ loss, exact, calls }: Validation) =>
    `loss ${loss.toFixed(3)}, ${(100 * (exact ?? Number.NaN)).toFixed(0)}% of ${calls} selections right`;
  const each = found.map(({ renewed, anew }) => `${told(renewed)}; from nothing ${told(anew)}`).join(' | ');
  const note = `validation loss of the selector that went on through all changes by that of one from nothing: ${each}`;
  return { name: 'renewed-selector', ratio, target: TARGET, limit: null, pass: ratio <= TARGET, note };
}
