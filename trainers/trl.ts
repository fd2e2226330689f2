import { withPackages } from './extra-packages.ts';
import { scriptProcess } from './script-process.ts';
import type { TrainerKind } from './trainer-kind.ts';

/** TRL's SFTTrainer with its defaults, the plain reference: `python/trl_trainer.py`. */
export const TRL: TrainerKind = {
  name: 'trl',
  supports: { methods: ['plain'], quantizations: ['none', 'nf4'], earlyStop: false, devices: ['cpu', 'cuda'] },
  places: (quantization) => [withPackages(quantization === 'nf4' ? ['bitsandbytes', 'trl'] : ['trl'])],
  open: ([python]) => ({
    name: 'trl',
    process: (jobs) => scriptProcess({ name: 'the TRL trainer', python: python!, script: 'trl_trainer.py', jobs }),
  }),
};
