import type { Tool } from '../../../core/tool.ts';
import type { Message } from '../../../core/trace.ts';
import type { Prediction, PredictOptions } from '../../../runtime/prediction.ts';

/** What an engine in this machine took for a step; absent members: it cannot tell. */
export interface EngineUse {
  /** Milliseconds of each switch from one of the system's adapters, or its base, to another. */
  switchesMs?: number[];
  /** Resident memory of this process after the step, whatever runs in it. */
  residentBytes: number;
  /** Of the warm sessions that the system used until now: caches and adapters, not the base's weights. */
  stateBytes?: number;
}

/** Has a system make a step. @throws NoAnswer where an endpoint gave none */
export type Predict = (
  messages: readonly Message[],
  tools: readonly Tool[],
  options: PredictOptions,
) => Promise<Prediction & { engineUse?: EngineUse }>;
