import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import { describeMachine } from './bench-machine.ts';
import type { BenchFigures, BenchRow } from './bench-row.ts';
import { argumentsRows } from './bench-runtime/arguments-rows.ts';
import { hierarchyRows } from './bench-runtime/hierarchy-rows.ts';
import { nativeRows } from './bench-runtime/native-rows.ts';
import { selectorRows } from './bench-runtime/selector-rows.ts';
import { switchRows } from './bench-runtime/switch-rows.ts';
import { toolCallRows } from './bench-runtime/tool-call-rows.ts';

export const RUNTIME_ROWS = ['hierarchy', 'arguments', 'selector', 'switch', 'native', 'tool-call'] as const;

const LACKS_SERVER =
  'left out: it needs a llama-server, of about the release that node-llama-cpp carries (--llama-server COMMAND)';

export interface RuntimeBench {
  rows: readonly (typeof RUNTIME_ROWS)[number][];
  /** How often times are measured. */
  runs: number;
  /** Command of a llama-server; absent: there is none, and the row `tool-call` is left out. */
  llamaServer?: string;
}

/** Measures what the runtime claims. */
export async function* benchRuntime(
  context: Context,
  { rows: wanted, runs, llamaServer }: RuntimeBench,
): AsyncGenerator<StageEvent, BenchFigures, undefined> {
  const rows: BenchRow[] = [];
  if (wanted.includes('hierarchy')) rows.push(...(yield* hierarchyRows(context, runs)));
  if (wanted.includes('arguments')) rows.push(...(yield* argumentsRows(context)));
  if (wanted.includes('selector')) rows.push(...(yield* selectorRows(context, runs)));
  if (wanted.includes('switch')) rows.push(...(yield* switchRows(context)));
  if (wanted.includes('native')) rows.push(...(yield* nativeRows(context, runs)));
  if (wanted.includes('tool-call')) {
    if (llamaServer === undefined) yield { type: 'warning', stage: 'tool-call', message: LACKS_SERVER };
    else rows.push(...(yield* toolCallRows(context, { llamaServer, runs })));
  }
  return { rows, machine: describeMachine() };
}
