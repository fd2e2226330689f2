/** What came of one step, in the client's names. */
export interface StepAnswer {
  /** The bundle's adapters, the base without any, or the endpoint that is asked where the bundle is not sure. */
  by: 'bundle' | 'base' | 'endpoint';
  calls: { name: string; arguments: string }[];
  /** What is said to the user; beside a call only what the base wrote before it. */
  text: string;
  /** `length`: it was cut off at the limit of tokens. Of an endpoint also its own reasons. */
  finish: string;
  /** Why there is neither a call nor a text. */
  refusal?: string;
  /** Names of tools on offer that the bundle has not: because of them the base answered. */
  notInBundle?: string[];
  /** No candidate reached the threshold; whoever `by` names answered in place of the bundle, or nobody did. */
  abstained?: boolean;
  /** The candidates of the selection, best first; `null` stands for an answer without a call. */
  ranked?: { name: string | null; probability: number }[];
  tokens: StepTokens;
}

export interface StepTokens {
  /** Of the conversation with its tools, as the model was shown them. */
  prompt: number;
  /** Those that really had to be evaluated: the others were still known, or the selection's prompt and that of the arguments share them. */
  evaluated: number;
  /** Of what was written. */
  completion: number;
  /** Those that were sampled one by one. */
  sampled: number;
}
