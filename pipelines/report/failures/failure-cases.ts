import { RESPOND } from '../../../core/tool.ts';
import type { CaseGold, PredictionRecord } from '../../evaluate/prediction-record.ts';
import { predictedLabel } from '../../evaluate/summarize.ts';
import type { ArgumentError } from '../../scoring/argument-errors.ts';
import { jsonForHtml } from '../data/embedded-json.ts';

/** A call as the page shows it: each argument as JSON text. */
export interface BrowsedCall {
  tool: string;
  given: [parameter: string, value: string][];
  /** Each value is a list of those that would do. */
  possible?: true;
}

/** What one system made of a case. */
export interface BrowsedPrediction {
  /** Number in the list of systems. */
  system: number;
  outcome: string;
  /** Id of the tool that was called, the name of one that there is not, `respond` or `malformed`. */
  chosen: string;
  /** Absent where there is none, or where it is the gold to the letter. */
  call?: BrowsedCall;
  /** Of malformed output. */
  text?: string;
  why?: string;
  /** Selection, exact, AST, schema, run: `1`, `0`, or `-` where it is not scored. */
  scores: string;
  ranked?: [tool: string | null, probability: number][];
  errors?: ArgumentError[];
}

/** A case in which at least one system failed. */
export interface BrowsedCase {
  id: string;
  trace: string;
  query: string;
  /** The right tool's id, or `respond`. */
  wanted: string;
  gold: BrowsedCall | null;
  /** Number of other calls that would do. */
  others: number;
  made: BrowsedPrediction[];
}

/** The cases that can be browsed, of all in which a system failed. */
export interface FailureCases {
  total: number;
  cases: BrowsedCase[];
}

/** Most bytes that they may take in the page: some 15,000 cases. Longest texts in characters, most arguments shown. */
const MOST_BYTES = 20_000_000;
const LONGEST = { query: 1000, value: 400, text: 1200, why: 300, name: 120 };
const MOST_GIVEN = 30;

/** Collects the cases with a failure; keeps nothing of the others. */
export class FailureCollector {
  readonly #systems: readonly string[];
  readonly #mostBytes: number;
  /** Not yet known to be right everywhere, or failed somewhere. */
  readonly #cases = new Map<string, BrowsedCase>();

  constructor(systems: readonly string[], mostBytes = MOST_BYTES) {
    this.#systems = systems;
    this.#mostBytes = mostBytes;
  }

  add(record: PredictionRecord): void {
    const system = this.#systems.indexOf(record.system);
    if (system < 0) return;
    const one = this.#cases.get(record.case) ?? browsedCase(record);
    this.#cases.set(record.case, one);
    one.made.push(browsedPrediction(record, system));
    if (one.made.length === this.#systems.length && !hasFailed(one)) this.#cases.delete(record.case);
  }

  /** In the order of the predictions, systems in theirs. */
  found(): FailureCases {
    const failed = [...this.#cases.values()].filter(hasFailed);
    for (const { made } of failed) made.sort((a, b) => a.system - b.system);
    let bytes = 0;
    const cases = failed.filter((one) => {
      bytes += Buffer.byteLength(jsonForHtml(one));
      return bytes <= this.#mostBytes;
    });
    return { total: failed.length, cases };
  }
}

function hasFailed({ made }: BrowsedCase): boolean {
  return made.some(({ outcome }) => outcome !== 'right');
}

function browsedCase({ case: id, trace, query, gold, also_ok }: PredictionRecord): BrowsedCase {
  return {
    id: clip(id, LONGEST.name),
    trace,
    query: clip(query, LONGEST.query),
    wanted: gold.tool ?? RESPOND,
    gold: goldCall(gold),
    others: also_ok.length,
    made: [],
  };
}

function goldCall({ tool, arguments: args, possible }: CaseGold): BrowsedCall | null {
  if (tool === null) return null;
  const isPossible = args === undefined && possible !== undefined;
  return {
    tool: clip(tool, LONGEST.name),
    given: given(args ?? possible ?? {}),
    ...(isPossible && { possible: true }),
  };
}

function browsedPrediction(record: PredictionRecord, system: number): BrowsedPrediction {
  const { predicted, malformed, gold, selection, args_exact, args_ast, schema_valid, executed_ok, outcome } = record;
  const bits = [selection, args_exact, args_ast, schema_valid, executed_ok];
  const errors = outcome === 'right' ? [] : (record.errors ?? []);
  const isGold = predicted !== null && args_exact && predicted.tool === gold.tool && gold.arguments !== undefined;
  return {
    system,
    outcome,
    chosen: clip(predictedLabel(record), LONGEST.name),
    ...(predicted &&
      !isGold && {
        call: { tool: clip(predicted.tool ?? predicted.name, LONGEST.name), given: given(predicted.arguments) },
      }),
    ...(malformed !== undefined && { text: clip(record.text, LONGEST.text) }),
    ...(record.why !== '' && { why: clip(record.why, LONGEST.why) }),
    scores: bits.map((bit) => (bit === null ? '-' : Number(bit))).join(''),
    ...(record.ranked && {
      ranked: record.ranked.map(
        ({ tool, probability }) => [tool, Number(probability.toFixed(4))] as [string | null, number],
      ),
    }),
    ...(errors.length > 0 && { errors }),
  };
}

/** The members of an object; anything else as one value without a name. */
function given(value: unknown): BrowsedCall['given'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [['', clip(JSON.stringify(value) ?? 'null', LONGEST.value)]];
  const members = Object.entries(value).map(([name, one]): [string, string] => [
    clip(name, LONGEST.name),
    clip(JSON.stringify(one) ?? 'null', LONGEST.value),
  ]);
  const rest = members.length - MOST_GIVEN;
  return rest > 0 ? [...members.slice(0, MOST_GIVEN), ['…', `${rest} more`]] : members;
}

function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… (${text.length - longest} more characters)`;
}
