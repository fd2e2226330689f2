import { lock } from './lock.ts';
import { STAGES, type Stage } from './stages.ts';

/** What `pnpm pipeline run`, `pnpm demo` and CI do, in its order: all stages, and then the lock on what they were made for. */
export const WHOLE_JOB: readonly Pick<Stage, 'name' | 'run'>[] = [
  ...STAGES,
  { name: 'lock', run: (context) => lock(context) },
];
