/** Ways to make a call that are compared by default. */
export const MAIN_SYSTEMS = ['base', 'monolithic', 'decoupled'] as const;

/**
 * All of them, the one that the work is about last. `monolithic-constrained`: the monolithic adapter, its calls decoded as the decoupled ones are; `decoupled-shared`: one argument adapter
 * for all tools.
 */
export const SYSTEM_NAMES = ['base', 'monolithic', 'monolithic-constrained', 'decoupled-shared', 'decoupled'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];
