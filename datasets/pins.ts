import type { Split } from '../core/sample.ts';

/** By trace, the side on which it lay when it was dealt out before; empty, or a hole, where it was not. */
export type Pins = readonly (Split | undefined)[];
