import { MALFORMED } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';

const SPECIAL = new Map([
  [RESPOND, 'no call'],
  [MALFORMED, 'malformed'],
]);

/** A name that is longer, as a hostile server may give, would leave no room for the figures. */
const LONGEST = 28;

/** Short labels of tool ids: without the server where that is unique. */
export function toolLabels(ids: readonly string[]): Map<string, string> {
  const short = (id: string) => id.slice(id.indexOf('.') + 1) || id;
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(short(id), (counts.get(short(id)) ?? 0) + 1);
  const label = (id: string) => SPECIAL.get(id) ?? clip(counts.get(short(id)) === 1 ? short(id) : id);
  return new Map(ids.map((id) => [id, label(id)]));
}

function clip(label: string): string {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}
