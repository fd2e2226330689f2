import { PEFT } from './peft.ts';
import { scriptProcess } from './script-process.ts';
import type { TrainerKind } from './trainer-kind.ts';

/** No trainer: tells how good the adapters are that jobs start from, and trains nothing. */
export const VALIDATOR: Pick<TrainerKind, 'places' | 'open'> = {
  places: PEFT.places,
  open: ([python]) => ({
    name: 'validator',
    process: (jobs) =>
      scriptProcess({ name: 'the validation of adapters', python: python!, script: 'validate_adapter.py', jobs }),
  }),
};
