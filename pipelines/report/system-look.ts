import { MAIN_SYSTEMS, SYSTEM_NAMES } from '../evaluate/system-names.ts';

/** The systems differ in shape too, for those who do not tell the colours apart. */
export type MarkShape = 'circle' | 'square' | 'diamond';

export interface SystemLook {
  name: string;
  color: string;
  symbol: MarkShape;
}

const SYMBOLS: readonly MarkShape[] = ['square', 'diamond', 'circle'];
/** The main ones first, so that they differ in shape too. */
const KNOWN: readonly string[] = [...new Set([...MAIN_SYSTEMS, ...SYSTEM_NAMES])];

/** The colour and shape that stand for a system in all charts of a report. */
export function systemLooks(names: readonly string[]): SystemLook[] {
  const others = names.filter((name) => !KNOWN.includes(name));
  return names.map((name) => {
    const place = KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length + others.indexOf(name);
    return { name, color: `var(--system-${place % 6})`, symbol: SYMBOLS[place % SYMBOLS.length]! };
  });
}
