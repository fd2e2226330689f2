/** Ways to make a call that are compared, the one that the work is about last. */
export const SYSTEM_NAMES = ['base', 'monolithic', 'decoupled'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];
