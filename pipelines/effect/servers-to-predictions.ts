import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { StageEvents } from '../../core/event.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { buildData } from '../build-data.ts';
import { convert } from '../convert.ts';
import { discover } from '../discover.ts';
import { evaluationFolder } from '../evaluate/evaluation-choice.ts';
import { PREDICTIONS } from '../evaluate/prediction-log.ts';
import { type PredictionRecord, PredictionRecordSchema } from '../evaluate/prediction-record.ts';
import { evaluate } from '../evaluate.ts';
import type { Settings } from '../settings.ts';
import { type SynthesizeOptions, synthesize } from '../synthesize.ts';
import { type TrainOptions, train } from '../train.ts';

/** All stages up to the evaluation; what is fresh is skipped, so that an interrupted measurement goes on where it was. */
export async function* serversToPredictions(
  context: Context,
  settings: Settings,
  training: TrainOptions,
  synthesis: SynthesizeOptions = {},
): StageEvents {
  yield* discover(context, settings);
  yield* synthesize(context, settings, synthesis);
  yield* buildData(context, settings);
  yield* train(context, settings, training);
  yield* convert(context, settings);
  yield* evaluate(context, settings);
}

/** What the systems predicted on the held-out split. */
export async function readPredictions(context: Context, settings: Settings): Promise<PredictionRecord[]> {
  const path = join(evaluationFolder(context, settings), PREDICTIONS);
  return Array.fromAsync(readJsonl(path, PredictionRecordSchema));
}
