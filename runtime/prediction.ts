/** What a system made of one step. */
export interface Prediction {
  /** `null`: no tool was called. */
  call: { promptName: string; arguments: unknown } | null;
  /** What the model wrote. */
  text: string;
  /** Why what it wrote is neither a call nor an answer. */
  malformed?: string;
  /** It ran into the limit of tokens. */
  cut?: boolean;
  /** No candidate was probable enough: `ranked` says which there are. */
  abstained?: boolean;
  /** The candidates of a selector, best first. */
  ranked?: RankedName[];
  /** Milliseconds, from the opening of the first session on. */
  latencyMs: number;
  /** Tokens of prompts that had to be evaluated. */
  prefilled: number;
  /** Tokens that were sampled. */
  generated: number;
}

export interface RankedName {
  promptName: string;
  /** Share of the probability of all candidates. */
  probability: number;
}

export interface PredictOptions {
  /** Most tokens of one generation. */
  maxTokens: number;
  signal?: AbortSignal;
  /** Told the words for the user in pieces, as soon as they are certain to be none of a call, where the engine can. `false`: that is enough. */
  onText?(piece: string): unknown;
  /** GBNF text that what is written freely has to match, where the engine takes grammars. */
  grammar?: string;
}
