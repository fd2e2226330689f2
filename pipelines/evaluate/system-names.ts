/** Ways to make a call that are compared by default, the one that the work is about last. */
export const MAIN_SYSTEMS = ['base', 'monolithic', 'decoupled'] as const;

/** All of them: `-exact` decodes a native system's calls as the decoupled one's are. */
export const SYSTEM_NAMES = [...MAIN_SYSTEMS, 'base-exact', 'monolithic-exact'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];
