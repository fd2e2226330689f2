/** A candidate of a selection: a tool's id, or `null` for an answer in words. */
export interface AgentCandidate {
  tool: string | null;
  /** Share of the probability of all candidates. */
  probability: number;
}

/** What a tool may do beside answering, as its server says: nothing, add something, overwrite or delete, or it does not say. */
export type ToolEffect = 'none' | 'adds' | 'destroys' | 'unknown';

/** A call that waits for the user's word. */
export interface PlannedCall {
  /** Number of the step, from 1. */
  step: number;
  /** Id of the tool, its server, and its name there. */
  tool: string;
  server: string;
  name: string;
  arguments: Record<string, unknown>;
  effect: ToolEffect;
}

/** Make the call, do not make it, make it and ask no more about this tool, or end. */
export type Decision = 'yes' | 'no' | 'always' | 'quit';

/**
 * Why an agent ended without an answer in words:
 * - `steps`: as many steps as it may make; `repeated`: the same call was answered the same way again and again
 * - `context`: no room is left for the conversation; `malformed`: the arguments of a call did not come to an end, or are no JSON object
 * - `abstained`: no candidate was probable enough, and there is no fallback; `endpoint`: the fallback gave no answer
 * - `refused`: a call needs the user's word, and nobody can be asked; `quit`: the user ended it
 */
export type StopReason = 'steps' | 'repeated' | 'context' | 'malformed' | 'abstained' | 'endpoint' | 'refused' | 'quit';

/** What an agent tells while it works. Tools go by their ids; steps are counted from 1 for each query. */
export type AgentEvent =
  | { type: 'warning'; message: string }
  /** What was chosen. Candidates are best first; there are none where the base or an endpoint chose. */
  | {
      type: 'selected';
      step: number;
      tool: string | null;
      by: 'bundle' | 'base' | 'endpoint';
      probability?: number;
      ranked: AgentCandidate[];
    }
  /** No candidate was probable enough; `by` names who goes on in its place. */
  | { type: 'abstained'; step: number; ranked: AgentCandidate[]; by?: 'base' | 'endpoint' }
  /** A call as it will be made. */
  | ({ type: 'arguments' } & Omit<PlannedCall, 'effect'>)
  | ({ type: 'asks' } & PlannedCall)
  | { type: 'decided'; step: number; tool: string; decision: Decision }
  | {
      type: 'result';
      step: number;
      tool: string;
      /** Whole, but for secrets. */
      content: string;
      isError: boolean;
      /** Whether the tool was run: not where the user declined, or the call does not fit the tool. */
      executed: boolean;
      /** Milliseconds. */
      ms: number;
      /** How many characters of it the model is shown, where it is too long. */
      shown?: number;
    }
  /** The end. `cut`: it ran into the limit of tokens. */
  | { type: 'answer'; step: number; text: string; by: 'bundle' | 'base' | 'endpoint'; cut: boolean }
  /** The end, too. */
  | { type: 'stopped'; step: number; reason: StopReason; message: string };
