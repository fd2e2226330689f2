import type { Message } from '../../core/trace.ts';
import type { CaseGold } from './prediction-record.ts';

/** One decision that every system has to make. */
export interface EvaluationCase {
  id: string;
  trace: string;
  group: string | null;
  /** What the model sees. */
  before: Message[];
  /** Ids of the tools on offer, in the order of the prompt. */
  tools: string[];
  gold: CaseGold;
  /** The right call is one that fails: what the user asks for is slightly wrong, which only the call shows. */
  goldFails?: boolean;
  alsoOk: CaseGold[];
}
