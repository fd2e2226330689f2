import { canonicalJson } from '../../../core/hash.ts';
import type { Tool } from '../../../core/tool.ts';
import type { Call, Trace } from '../../../core/trace.ts';
import { callsOf } from './calls-of.ts';
import { givenValues } from './given-values.ts';
import { type SchemaChoices, schemaChoices } from './schema-choices.ts';

/** How often what a tool can do is shown in the traces that are used. */
export interface ToolCoverage {
  tool: string;
  /** Traces that call it. */
  traces: number;
  calls: number;
  /** Calls that have a result. */
  run: number;
  /** Results that are errors. */
  errors: number;
  /** Traces of the kind `recovery` that call it. */
  recoveries: number;
  /** Each optional parameter, with the number of calls that give it. */
  optional: { path: string; given: number }[];
  /** Each parameter that allows only some values, and for each value the number of calls that use it. */
  values: { path: string; values: { value: string; used: number }[] }[];
}

export interface CoverageTally {
  add(trace: Trace): void;
  /** In the order of the tools. */
  rows(): ToolCoverage[];
}

/** Counts what is used of each tool, trace by trace. */
export function coverageTally(tools: readonly Tool[]): CoverageTally {
  const counters = new Map(tools.map((tool) => [tool.id, toolCounter(tool)]));
  return {
    add(trace) {
      const calls = callsOf(trace);
      for (const one of calls) counters.get(one.call.tool)?.addCall(one);
      for (const tool of new Set(calls.map(({ call }) => call.tool)))
        counters.get(tool)?.addTrace(trace.provenance.kind === 'recovery');
    },
    rows: () => [...counters.values()].map((counter) => counter.row()),
  };
}

interface ToolCounter {
  addTrace(isRecovery: boolean): void;
  addCall(one: { call: Call; isError?: boolean }): void;
  row(): ToolCoverage;
}

function toolCounter(tool: Tool): ToolCounter {
  const counts = { traces: 0, calls: 0, run: 0, errors: 0, recoveries: 0 };
  const choices = schemaChoices(tool);
  const given = new Map<string, number>();
  return {
    addTrace(isRecovery) {
      counts.traces += 1;
      if (isRecovery) counts.recoveries += 1;
    },
    addCall({ call, isError }) {
      counts.calls += 1;
      if (isError !== undefined) counts.run += 1;
      if (isError) counts.errors += 1;
      for (const key of keysIn(call, choices)) given.set(key, (given.get(key) ?? 0) + 1);
    },
    row: () => ({ tool: tool.id, ...counts, ...coverageOf(choices, given) }),
  };
}

/** What a call uses of the choices that there are, each once. Nothing else is counted: values are without number. */
function keysIn(call: Call, { optional, values }: SchemaChoices): Set<string> {
  const keys = new Set<string>();
  for (const { path, value } of givenValues(call.arguments)) {
    if (optional.includes(path)) keys.add(keyOf(path));
    const key = values.has(path) ? canonicalJson(value) : undefined;
    if (key !== undefined && values.get(path)!.includes(key)) keys.add(keyOf(path, key));
  }
  return keys;
}

function coverageOf({ optional, values }: SchemaChoices, given: ReadonlyMap<string, number>) {
  return {
    optional: optional.map((path) => ({ path, given: given.get(keyOf(path)) ?? 0 })),
    values: [...values].map(([path, allowed]) => ({
      path,
      values: allowed.map((value) => ({ value: labelOf(value), used: given.get(keyOf(path, value)) ?? 0 })),
    })),
  };
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}

/** A text without its quotes. */
function labelOf(json: string): string {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? value : json;
}
