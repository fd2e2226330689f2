import type { Job } from './job.ts';
import type { PythonPlace } from './python-environment.ts';
import type { Trainer } from './trainer.ts';
import type { TrainerSupport } from './trainer-support.ts';

/** A trainer that a recipe can name: what it supports, what it needs, and how it is made of that. */
export interface TrainerKind {
  name: Job['trainer'];
  supports: TrainerSupport;
  /** The Python environments that it needs. */
  places(quantization: Job['quantization']): readonly PythonPlace[];
  /** @param pythons interpreters of those environments */
  open(pythons: readonly string[]): Trainer;
}
