import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import type { ServerState } from './state.ts';

export type Arguments = Record<string, unknown>;

/** One call in the making: what its values are drawn from and what is chosen already. */
export interface Sampling {
  random: Random;
  model: ToolModel;
  state: ServerState;
  args: Arguments;
}

/** No value can be had for a parameter; the reason is counted. */
export class NoValue extends Error {}
