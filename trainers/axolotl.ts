import { dirname, join } from 'node:path';
import { ownEnvironment } from './own-environment.ts';
import { PROJECT_PLACE } from './python-environment.ts';
import { scriptProcess } from './script-process.ts';
import type { TrainerKind } from './trainer-kind.ts';

/** Axolotl, by its command line: `python/axolotl_trainer.py` writes its YAML and data, and runs `axolotl train` for each job. */
export const AXOLOTL: TrainerKind = {
  name: 'axolotl',
  supports: { methods: ['plain'], quantizations: ['none', 'nf4'], earlyStop: false, devices: ['cuda'] },
  places: () => [PROJECT_PLACE, ownEnvironment('axolotl')],
  open: ([python, own]) => ({
    name: 'axolotl',
    process: (jobs) =>
      scriptProcess({
        name: 'the Axolotl trainer',
        python: python!,
        script: 'axolotl_trainer.py',
        jobs,
        env: { AXOLOTL: join(dirname(own!), 'axolotl') },
      }),
  }),
};
