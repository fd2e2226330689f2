import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import type { Prediction, RankedName } from '../../runtime/prediction.ts';
import type { GoldCall } from '../scoring/gold.ts';
import { malformedScores, scoreCall } from '../scoring/score-call.ts';
import { valuesIn } from '../telling/told-values.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import { outcomeOf } from './outcome.ts';
import type { CaseGold, PredictionRecord } from './prediction-record.ts';
import type { EngineUse } from './systems/predict.ts';

/** Longest text of a model that is kept. */
const MAX_TEXT = 4000;

/** Candidates of a selection that are kept: a report shows no more. */
const MOST_RANKED = 5;

export interface Tools {
  byId: ReadonlyMap<string, Tool>;
  byPromptName: ReadonlyMap<string, Tool>;
}

export function toolsOf({ tools }: Catalogue): Tools {
  return {
    byId: new Map(tools.map((tool) => [tool.id, tool])),
    byPromptName: new Map(tools.map((tool) => [tool.promptName, tool])),
  };
}

/** Scores what a system made of a case; all but `executed_ok`, which needs the call to be run. */
export function judge(
  system: string,
  one: EvaluationCase,
  prediction: Prediction & { engineUse?: EngineUse },
  tools: Tools,
  validators: SchemaValidators,
): PredictionRecord {
  const malformed = prediction.malformed;
  const called = prediction.call;
  const predicted = called && {
    name: called.promptName,
    tool: tools.byPromptName.get(called.promptName)?.id ?? null,
    arguments: called.arguments,
  };
  const toGold = ({ tool, ...rest }: CaseGold): GoldCall => ({
    name: tool === null ? null : tools.byId.get(tool)!.promptName,
    ...rest,
  });
  const scores = scoreCall(
    {
      gold: toGold(one.gold),
      alsoOk: one.alsoOk.map(toGold),
      predicted: predicted && { name: predicted.name, arguments: predicted.arguments },
      schemaOf: (name) => tools.byPromptName.get(name)?.inputSchema,
      told: saidBefore(one.before),
    },
    validators,
  );
  const { mismatch: _, ...read } = scores;
  const figures = malformed === undefined ? read : malformedScores(malformed);
  return {
    system,
    case: one.id,
    trace: one.trace,
    group: one.group,
    query: one.before.findLast((message) => message.role === 'user')?.content ?? '',
    gold: one.gold,
    also_ok: one.alsoOk,
    predicted,
    ...(prediction.ranked && { ranked: rankedIds(prediction.ranked, tools) }),
    text: prediction.text.slice(0, MAX_TEXT),
    ...(malformed !== undefined && { malformed }),
    ...figures,
    executed_ok: null,
    outcome: outcomeOf(scores, {
      called: called !== null,
      wanted: one.gold.tool !== null,
      malformed: malformed !== undefined,
    }),
    latency_ms: prediction.latencyMs,
    prefilled: prediction.prefilled,
    generated: prediction.generated,
    ...(prediction.engineUse && { engine: engineOf(prediction.engineUse) }),
  };
}

function engineOf({ switchesMs, residentBytes, stateBytes }: EngineUse): PredictionRecord['engine'] {
  return {
    ...(switchesMs && { switches_ms: switchesMs }),
    resident_bytes: residentBytes,
    ...(stateBytes !== undefined && { state_bytes: stateBytes }),
  };
}

/** What values may come from: all that was said, results and the values of earlier calls included. */
function saidBefore(before: EvaluationCase['before']): string {
  const parts = before.map((message) => {
    const call = message.role === 'assistant' ? valuesIn(message.call?.arguments) : [];
    return [message.content ?? '', ...call].join('\n');
  });
  return parts.join('\n');
}

function rankedIds(ranked: readonly RankedName[], { byPromptName }: Tools): PredictionRecord['ranked'] {
  return ranked
    .slice(0, MOST_RANKED)
    .map(({ promptName, probability }) => ({ tool: byPromptName.get(promptName)?.id ?? null, probability }));
}
