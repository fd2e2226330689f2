/** What an engine can do: callers ask before they rely on it. */
export interface EngineAbilities {
  /** Takes other adapters than those that it was started with. */
  loadsAdapters: boolean;
  /** What was evaluated for the beginning of a prompt may serve the next one. */
  reusesPrefixes: boolean;
  /** `logprobs` and `next` answer. */
  probabilities: boolean;
  /** `generate` takes a grammar. */
  grammar: boolean;
  /** How many requests gain from being sent at a time; more wait for one another in the engine. */
  parallel: number;
}

/** Runs a base model, alone or with one adapter at a time. Tokens are ids of the base's own tokenizer. */
export interface Engine {
  readonly abilities: EngineAbilities;
  /** From now on, whether a request may use what was evaluated for an earlier one. Where it may not, each begins cold. */
  reusePrefixes(enabled: boolean): void;
  /** Special tokens in the text are recognized, nothing is added around it. */
  tokenize(text: string): number[];
  /** Keeps special tokens. */
  detokenize(tokens: readonly number[]): string;
  /**
   * The base, or the base with one adapter (a GGUF file). Opened on demand and kept; where there are too many, the least recently
   * used is closed and opens again when it is asked next. Each keeps its own warm prefix.
   * @throws ToolkitError (input) where the adapter is missing, has changed, or does not load; (environment) where memory does not suffice
   */
  session(adapter?: AdapterFile): Promise<EngineSession>;
  /**
   * Bytes that warm sessions of these take together: caches, buffers and adapters, not the base's weights, which all share. `undefined` is the base
   * alone. Absent: the engine cannot tell.
   */
  stateBytes?(adapters: readonly (AdapterFile | undefined)[]): Promise<number>;
  close(): Promise<void>;
}

export interface AdapterFile {
  name: string;
  path: string;
  /** As it was when its bundle was opened; an engine that opens it later loads no other. Absent: any is loaded. */
  sha256?: string;
}

export interface EngineSession {
  /**
   * Natural log-probabilities of tokens[from..], each given all before it; length tokens.length - from. `from` is at least 1.
   * @throws RangeError where it is less; ToolkitError (input) where the tokens do not fit into the context, or the engine gives no probabilities; the
   * signal's reason
   */
  logprobs(tokens: readonly number[], from: number, signal?: AbortSignal): Promise<number[]>;
  /**
   * Natural log-probabilities of the candidates as the token after the prefix.
   * @throws ToolkitError (input) where the prefix does not fit into the context, or the engine gives no probabilities; the signal's reason
   */
  next(prefix: readonly number[], candidates: readonly number[], signal?: AbortSignal): Promise<number[]>;
  /**
   * Greedy; ends at the stop token (not included), at the grammar's end or at maxTokens.
   * @throws ToolkitError (input) where the prefix does not fit into the context, the stop text is not one token, or the engine takes no grammar and
   * there is one; the signal's reason
   */
  generate(prefix: readonly number[], options: GenerateOptions): Promise<Generated>;
  readonly usage: Usage;
}

export interface GenerateOptions {
  /** GBNF text that the generated text has to match. */
  grammar?: string;
  /** The text of the stop token. */
  stop: string;
  maxTokens: number;
  /**
   * Whether tokens that the grammar forces, or that copy the prompt, are evaluated together where there is a grammar. The tokens are the same either
   * way. Default: true.
   */
  drafts?: boolean;
  /** Told the text in pieces of whole characters while it is written, where the engine can; joined they are the text. `false`: that is enough. */
  onText?(piece: string): unknown;
  signal?: AbortSignal;
}

export interface Generated {
  tokens: number[];
  text: string;
  /** Whether it ended by itself; false where it ran into maxTokens or the end of the context. */
  stopped: boolean;
}

/** Running totals of a session. */
export interface Usage {
  /** Tokens that were given and had to be evaluated: those of a warm prefix are not counted. */
  prefilled: number;
  /** Tokens that were sampled, the stop token included. */
  generated: number;
  /** How often the model was evaluated to sample them, the prompt's end included: without drafts once for each token. */
  evaluations: number;
}
