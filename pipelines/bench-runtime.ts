import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import type { BenchRow } from './bench-row.ts';
import { argumentsRows } from './bench-runtime/arguments-rows.ts';
import { hierarchyRows } from './bench-runtime/hierarchy-rows.ts';
import { nativeRows } from './bench-runtime/native-rows.ts';
import { selectorRows } from './bench-runtime/selector-rows.ts';
import { switchRows } from './bench-runtime/switch-rows.ts';
import { describeMachine, type Machine } from './bench-synthesis/machine.ts';

export const RUNTIME_ROWS = ['hierarchy', 'arguments', 'selector', 'switch', 'native'] as const;

export interface RuntimeBench {
  rows: readonly (typeof RUNTIME_ROWS)[number][];
  /** How often times are measured. */
  runs: number;
}

export interface RuntimeFigures {
  rows: BenchRow[];
  machine: Machine;
}

/** Measures what the runtime claims. */
export async function* benchRuntime(
  context: Context,
  { rows: wanted, runs }: RuntimeBench,
): AsyncGenerator<StageEvent, RuntimeFigures, undefined> {
  const rows: BenchRow[] = [];
  if (wanted.includes('hierarchy')) rows.push(...(yield* hierarchyRows(context, runs)));
  if (wanted.includes('arguments')) rows.push(...(yield* argumentsRows(context)));
  if (wanted.includes('selector')) rows.push(...(yield* selectorRows(context, runs)));
  if (wanted.includes('switch')) rows.push(...(yield* switchRows(context)));
  if (wanted.includes('native')) rows.push(...(yield* nativeRows(context, runs)));
  return { rows, machine: describeMachine() };
}
