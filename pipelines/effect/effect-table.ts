import type { EffectRow } from '../effect.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { points } from '../report/headline.ts';
import { markdownTable } from '../report/markdown-table.ts';
import { EFFECT_SYSTEMS } from './variants.ts';

/** A markdown table, a row for each variant: call accuracies, and what decoupling gains in points, with a 95% interval and by seed. */
export function effectTable(rows: readonly EffectRow[]): string {
  const gains = rows[0]?.gains.map(({ over }) => `decoupled − ${over}`) ?? [];
  return markdownTable(
    ['variant', 'what is different', 'steps', ...EFFECT_SYSTEMS, ...gains],
    rows.map(({ variant, about, steps, systems, gains }) => [
      variant,
      about,
      String(steps),
      ...EFFECT_SYSTEMS.map((name) => percent(systems[name] ?? null)),
      ...gains.map(({ all, seeds }) => {
        const each = Object.values(seeds).map(points).join(', ');
        return `${points(all.value)} (${points(all.low)} to ${points(all.high)}; by seed ${each})`;
      }),
    ]),
  );
}
