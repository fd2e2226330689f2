/** A task for an agent, of any suite. Servers go by the suite's names. */
export interface AgentTask {
  id: string;
  /** All that the agent is told. */
  query: string;
  /** Servers without which the task cannot be done; `undefined`: all of the catalogue are on offer. */
  servers?: readonly string[];
  /** Ids of the tools on offer, in place of all of those servers. */
  tools?: readonly string[];
  /** Servers that stand in the way, the first ones first; `undefined`: any others, drawn by the seed. */
  distractors?: readonly string[];
  /** Servers that are on offer where there are such. */
  residents?: readonly string[];
}

/** Why some tasks were not run. */
export interface NotRun {
  why: string;
  tasks: string[];
}

/** The tasks of a suite, and what was meant to be one and is none. */
export interface FoundTasks<T extends AgentTask> {
  tasks: T[];
  notRun: NotRun[];
}
