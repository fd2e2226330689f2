import { withPackages } from './extra-packages.ts';
import { scriptProcess } from './script-process.ts';
import type { Trainer } from './trainer.ts';
import type { TrainerKind } from './trainer-kind.ts';

/** Ours: `python/peft_trainer.py`. */
export const PEFT: TrainerKind = {
  name: 'peft',
  supports: {
    methods: ['shared-prefix', 'plain', 'activated'],
    quantizations: ['none', 'nf4'],
    earlyStop: true,
    devices: ['cpu', 'cuda'],
  },
  places: (quantization) => [withPackages(quantization === 'nf4' ? ['bitsandbytes'] : [])],
  open: ([python]) => peftTrainer(python!),
};

/** Trains with PEFT: one process for all jobs, which imports torch and loads the base once. */
export function peftTrainer(python: string): Trainer {
  return {
    name: 'peft',
    process: (jobs) => scriptProcess({ name: 'the PEFT trainer', python, script: 'peft_trainer.py', jobs }),
  };
}
