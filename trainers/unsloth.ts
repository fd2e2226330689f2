import { join } from 'node:path';
import { PROJECT_ROOT } from '../core/project.ts';
import { ownEnvironment } from './own-environment.ts';
import { scriptProcess } from './script-process.ts';
import type { TrainerKind } from './trainer-kind.ts';

const ENV = {
  /** Else it asks the Hub for a file whenever it loads a base, to count its users. */
  UNSLOTH_DISABLE_STATISTICS: '1',
  /** Else it writes what it compiles into the working folder. */
  UNSLOTH_COMPILE_LOCATION: join(PROJECT_ROOT, '.cache', 'unsloth', 'compiled'),
};

/** Unsloth's kernels under TRL's SFTTrainer: `python/unsloth_trainer.py`. */
export const UNSLOTH: TrainerKind = {
  name: 'unsloth',
  supports: { methods: ['plain'], quantizations: ['none', 'nf4'], earlyStop: false, devices: ['cuda'] },
  places: () => [ownEnvironment('unsloth')],
  open: ([python]) => ({
    name: 'unsloth',
    process: (jobs) =>
      scriptProcess({ name: 'the Unsloth trainer', python: python!, script: 'unsloth_trainer.py', jobs, env: ENV }),
  }),
};
