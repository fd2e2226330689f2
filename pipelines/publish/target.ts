import type { StageEvent } from '../../core/event.ts';
import type { Metrics } from '../../core/metrics.ts';
import type { Release } from './release.ts';

export const PUBLISH = 'publish';

/** What a place where releases go says of itself. */
export interface TargetState {
  /** Files of the release that it has not got yet, by path inside the release; `undefined`: it cannot tell. */
  missing?: ReadonlySet<string>;
  /** Whether nothing is left to do: all is there, and is the last release. */
  complete: boolean;
}

/** A place where releases go. */
export interface Target {
  /** For people. */
  name: string;
  /** The metrics of the last release there; `undefined` where there is none. Changes nothing. */
  lastMetrics(): Promise<Metrics | undefined>;
  /** Compares what is there with a release, by hashes. Changes nothing. @throws ToolkitError (input) where its tag names another one */
  state(release: Release): Promise<TargetState>;
  /** Sends what is missing, checks the hashes of all, and only then makes it the last release. Goes on where a broken try stopped. */
  send(release: Release): AsyncGenerator<StageEvent, void, undefined>;
}
