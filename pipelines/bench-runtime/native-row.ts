import type { BenchRow } from '../bench-row.ts';
import { median } from '../scoring/median.ts';

export interface NativeSize {
  tools: number;
  target: number;
  /** Whether ours is also measured with the tools' parameters in the selector's prompt, which then takes as long to read as the base's. */
  whole: boolean;
  /** Runs, where each takes long. */
  most: number;
}

/** Milliseconds of all calls of a run. */
export interface NativeTimes {
  native: number;
  ours: number;
  /** By activated adapters, whose steps share one prompt with all tools in it. */
  activated: number;
  whole?: number;
}

/** Of calls behind tools that are warm. @param lengths tokens of the base's prompt and of the selector's @param calls of each run */
export function nativeRow(
  { tools, target }: NativeSize,
  [all, named]: readonly number[],
  timed: readonly NativeTimes[],
  calls: number,
): BenchRow {
  const { ratio, each } = besideNative(timed, calls, ({ ours }) => ours);
  const wholes = timed.flatMap(({ native, whole }) => (whole === undefined ? [] : [native / whole]));
  const withParameters =
    wholes.length === 0 ? '' : `; with parameters in the selector's prompt, the default: ${median(wholes).toFixed(2)}`;
  const note = `a call beside the base's with ${tools} tools in the prompt, ${all} tokens, the selector's with \`selectorTools: described\` ${named}; ms of a call: ${each}${withParameters}`;
  return { name: `native-${tools}`, ratio, target, limit: null, pass: ratio >= target, note };
}

/** Of calls by activated adapters, behind tools that are warm. */
export function activatedRow(
  { tools, target }: NativeSize,
  [all]: readonly number[],
  timed: readonly NativeTimes[],
  calls: number,
): BenchRow {
  const { ratio, each } = besideNative(timed, calls, ({ activated }) => activated);
  const note = `activated adapters, which share one prompt (\`argumentTools: all\`), beside the base's call with ${tools} tools in the prompt, ${all} tokens; ms of a call: ${each}`;
  return { name: `native-${tools}-activated`, ratio, target, limit: null, pass: ratio >= target, note };
}

/** Of the first call. */
export function coldRow(
  { tools, target }: NativeSize,
  [all]: readonly number[],
  { native, ours }: Pick<NativeTimes, 'native' | 'ours'>,
): BenchRow {
  const ratio = native / ours;
  const note = `the first call, which reads the tools, beside the base's with ${tools} in the prompt, ${all} tokens, ms: ${native.toFixed(0)}, ${ours.toFixed(0)}, once`;
  return { name: `native-${tools}-cold`, ratio, target, limit: null, pass: ratio >= target, note };
}

/** The median ratio, and milliseconds of a call in each run. */
function besideNative(timed: readonly NativeTimes[], calls: number, of: (times: NativeTimes) => number) {
  const ms = (value: number) => (value / calls).toFixed(0);
  return {
    ratio: median(timed.map((times) => times.native / of(times))),
    each: timed.map((times) => `${ms(times.native)}, ${ms(of(times))}`).join('; '),
  };
}
