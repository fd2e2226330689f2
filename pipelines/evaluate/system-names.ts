/** Ways to make a call that are compared by default, the one that the work is about last. */
export const MAIN_SYSTEMS = ['base', 'monolithic', 'decoupled'] as const;

/**
 * All of them. `monolithic-constrained`: the monolithic adapter, its calls decoded as the decoupled ones are; `decoupled-shared`: one argument adapter
 * for all tools.
 */
export const SYSTEM_NAMES = [...MAIN_SYSTEMS, 'monolithic-constrained', 'decoupled-shared'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];
