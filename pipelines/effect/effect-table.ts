import type { EffectRow } from '../effect.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { SYSTEM_NAMES } from '../evaluate/system-names.ts';
import { points } from '../report/headline.ts';
import { markdownTable } from '../report/markdown-table.ts';

/** A markdown table, a row for each variant: call accuracies, and what decoupling gains in points, with a 95% interval and by seed. */
export function effectTable(rows: readonly EffectRow[]): string {
  const gains = rows[0]?.gains.map(({ over }) => `decoupled − ${over}`) ?? [];
  return markdownTable(
    ['variant', 'what is different', 'steps', ...SYSTEM_NAMES, ...gains],
    rows.map(({ variant, about, steps, systems, gains }) => [
      variant,
      about,
      String(steps),
      ...SYSTEM_NAMES.map((name) => percent(systems[name] ?? null)),
      ...gains.map(({ all, seeds }) => {
        const each = Object.values(seeds).map(points).join(', ');
        return `${points(all.value)} (${points(all.low)} to ${points(all.high)}; by seed ${each})`;
      }),
    ]),
  );
}
